//! Who counts as one client: an IPv4 address, or the /64 network that a household of IPv6 has to itself.

use std::net::{IpAddr, Ipv6Addr};

/// The address that stands for all of a client's.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_one_client() {
        let one = |left: &str, right: &str| {
            network(left.parse().expect("an address")) == network(right.parse().expect("an address"))
        };
        assert!(one("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!one("192.0.2.1", "192.0.2.2"));
        assert!(one("2001:db8::1", "2001:db8::ffff:1:2:3"));
        assert!(!one("2001:db8::1", "2001:db8:0:1::1"));
    }
}
