//! What a client is called in the log: the same name for the same address, until the process ends.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
};

/// A keyed hash: without the key, which no one ever sees, four billion addresses cannot be tried.
#[derive(Clone, Default)]
pub struct ClientNames {
    key: RandomState,
}

#[derive(Clone, Copy)]
pub struct ClientName(u64);

impl ClientNames {
    pub fn name(&self, address: IpAddr) -> ClientName {
        ClientName(self.key.hash_one(address))
    }
}

impl ClientName {
    /// The same text as bytes.
    pub(super) fn hex(self) -> [u8; 16] {
        let mut text = [0; 16];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0.to_be_bytes()) {
            for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 0xf]) {
                *digit = b"0123456789abcdef"[usize::from(half)];
            }
        }
        text
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_within_a_process_and_says_nothing_outside_it() {
        let (one, other) = (ClientNames::default(), ClientNames::default());
        let name = |names: &ClientNames, address: &str| names.name(address.parse().unwrap()).to_string();
        assert_eq!(name(&one, "192.0.2.1"), name(&one, "192.0.2.1"));
        assert_ne!(name(&one, "192.0.2.1"), name(&one, "192.0.2.2"));
        assert_ne!(name(&one, "192.0.2.1"), name(&other, "192.0.2.1"));
        assert_eq!(name(&one, "2001:db8::1").len(), 16);
    }
}
