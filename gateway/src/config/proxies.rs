//! The networks of proxies before the gateway, whose word about a client is believed.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{
    reader::{Reader, Told},
    setting::GATEWAY_TRUSTED_PROXIES,
};
use crate::limits::TrustedProxies;

/// Every network that is a mistake is told.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<TrustedProxies, Told> {
    let Some(found) = reader.find(&GATEWAY_TRUSTED_PROXIES)? else {
        return Ok(TrustedProxies::default());
    };
    let written = found.value.split(',').map(str::trim).filter(|written| !written.is_empty());
    let networks: Vec<Result<IpNet, Told>> = written
        .map(|written| {
            network(written).map_err(|(what, remedy)| {
                reader.refuse(&GATEWAY_TRUSTED_PROXIES, &found.name, format!("`{written}` {what}"), remedy)
            })
        })
        .collect();
    networks.into_iter().collect::<Result<_, Told>>().map(TrustedProxies::new)
}

/// What is wrong with it, and what to write.
fn network(written: &str) -> Result<IpNet, (&'static str, String)> {
    let address = || written.parse::<IpAddr>().ok().map(IpNet::from);
    let Some(network) = written.parse::<IpNet>().ok().or_else(address) else {
        return Err(("is no network", "write networks as in `10.0.0.0/8, 2001:db8::/32`".to_owned()));
    };
    if network.prefix_len() == 0 {
        let remedy = "name the networks of your own proxies, as in `10.0.0.0/8`".to_owned();
        return Err(("is everybody, and everybody could say to be somebody else", remedy));
    }
    if network.trunc() != network {
        return Err(("is an address within a network", format!("write `{}`", network.trunc())));
    }
    Ok(network)
}
