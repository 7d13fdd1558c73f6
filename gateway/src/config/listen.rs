//! The two addresses the process listens on: one for clients, one for those who run it.

use std::net::{Ipv4Addr, SocketAddr};

use super::{mistakes::Mistakes, source::Source};

#[derive(Clone, Debug)]
pub struct ListenConfig {
    pub public: SocketAddr,
    pub admin: SocketAddr,
}

impl ListenConfig {
    pub(super) fn from_source(source: &Source, mistakes: &mut Mistakes) -> Option<Self> {
        let remedy = "write IP:PORT, as in `127.0.0.1:8080` or `[::1]:8080`; port 0 lets the system choose";
        let public = source.parsed("GATEWAY_LISTEN", remedy, mistakes);
        let admin = source.parsed("GATEWAY_ADMIN_LISTEN", remedy, mistakes);
        Some(Self { public: public?.unwrap_or(loopback(8080)), admin: admin?.unwrap_or(loopback(9090)) })
    }
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
