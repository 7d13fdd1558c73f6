//! The networks of proxies before this gateway, whose word about a client is believed.

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;

/// Cheap to clone. None at all: nobody is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    networks: Arc<[IpNet]>,
}

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks: networks.into() }
    }

    pub fn contain(&self, ip: IpAddr) -> bool {
        !self.networks.is_empty() && {
            let ip = ip.to_canonical();
            self.networks.iter().any(|network| network.contains(&ip))
        }
    }
}
