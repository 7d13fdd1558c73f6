//! The network that an address stands for: whoever has one address of it may have them all.

use std::net::{IpAddr, Ipv4Addr};

use crate::contract::profile::auth::Networks;

/// The first 24 bits of an IPv4 address, the first 64 of any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    bytes: [u8; 9],
}

impl Network {
    /// Nothing where the address says nothing of the client.
    pub(super) fn of(ip: IpAddr, networks: Networks) -> Option<Self> {
        // An address is the same one however the socket writes it.
        let ip = ip.to_canonical();
        let counts = match networks {
            Networks::All => true,
            Networks::Public => is_public(ip),
            Networks::None => false,
        };
        counts.then(|| {
            let mut bytes = [0; 9];
            match ip {
                IpAddr::V4(ip) => {
                    bytes[0] = 4;
                    bytes[1..4].copy_from_slice(&ip.octets()[..3]);
                }
                IpAddr::V6(ip) => {
                    bytes[0] = 6;
                    bytes[1..].copy_from_slice(&ip.octets()[..8]);
                }
            }
            Self { bytes }
        })
    }

    /// Everything that one party is given at once, which may be many networks: the first 48 bits of an IPv6 address. An
    /// IPv4 network is a site of its own, because more of them cost more, and what is wider belongs to many.
    pub(super) fn site(mut self) -> Self {
        if self.has_neighbours() {
            self.bytes[7..].fill(0);
        }
        self
    }

    /// Whether there may be others in its site.
    pub(super) fn has_neighbours(&self) -> bool {
        self.bytes[0] == 6
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !(ip.is_loopback() || ip.is_private() || ip.is_link_local() || is_shared(ip)),
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
    }
}

/// Of providers' own networks (RFC 6598), which clouds use for their load balancers.
fn is_shared(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    first == 100 && (64..128).contains(&second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, networks: Networks) -> Option<Network> {
        Network::of(text.parse().expect("an address"), networks)
    }

    #[test]
    fn one_network_is_one_however_it_is_written() {
        for (one, other, are_one) in [
            ("192.0.2.1", "192.0.2.254", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("192.0.2.1", "::ffff:192.0.2.9", true),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("0.0.0.0", "::1:0:0", false),
        ] {
            let [one_of, other_of] = [one, other].map(|text| of(text, Networks::All).expect("a network"));
            assert_eq!(one_of == other_of, are_one, "{one} {other}");
        }
    }

    #[test]
    fn all_networks_of_one_party_are_one_site() {
        for (one, other, are_one) in [
            ("2001:db8:1:2::1", "2001:db8:1:ffff::1", true),
            ("2001:db8:1:2::1", "2001:db8:2:2::1", false),
            ("192.0.2.1", "192.0.2.254", true),
            ("192.0.2.1", "192.0.3.1", false),
        ] {
            let [one_of, other_of] =
                [one, other].map(|text| of(text, Networks::All).expect("a network").site());
            assert_eq!(one_of == other_of, are_one, "{one} {other}");
        }
    }

    #[test]
    fn its_bytes_say_which_kind_of_address_it_is_and_how_it_begins() {
        let bytes =
            |text| *of(text, Networks::All).expect("a network").bytes().first_chunk::<9>().expect("nine");
        assert_eq!(bytes("192.0.2.1"), [4, 192, 0, 2, 0, 0, 0, 0, 0]);
        assert_eq!(bytes("2001:db8:1:2:3::4"), [6, 0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2]);
    }

    #[test]
    fn behind_a_private_address_there_is_a_proxy() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "::1",
            "::ffff:10.0.0.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert_eq!(of(private, Networks::Public), None, "{private}");
            assert!(of(private, Networks::All).is_some(), "{private}");
        }
        for public in ["192.0.2.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2001:db8::1"] {
            assert!(of(public, Networks::Public).is_some(), "{public}");
            assert_eq!(of(public, Networks::None), None, "{public}");
        }
    }

    proptest! {
        #[test]
        fn neighbours_share_a_network_and_nobody_else_does(one: u32, other: u32) {
            let [network, neighbour] = [one, one ^ (other & 0xff)].map(|bits| Network::of(IpAddr::V4(bits.into()), Networks::All));
            prop_assert_eq!(network, neighbour);
            let stranger = Network::of(IpAddr::V4(other.into()), Networks::All);
            prop_assert_eq!(network == stranger, one >> 8 == other >> 8);
        }
    }
}
