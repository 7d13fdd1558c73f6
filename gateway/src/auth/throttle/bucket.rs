//! The names of buckets: keyed hashes, so that the table tells nobody who logs in, or from where.

use aws_lc_rs::hmac;

use super::network::Network;
use crate::auth::keys::RefreshKeys;

/// How much of an HMAC-SHA256 stands for what it is of.
const TAG: usize = 16;

/// Everything that is kept of one account begins with its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account([u8; TAG]);

/// Names buckets in the same way at every replica.
pub struct Naming(hmac::Key);

impl Naming {
    /// With another secret all buckets have other names, and begin empty.
    pub fn of(keys: &RefreshKeys) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("throttle")))
    }

    fn tag(&self, kind: u8, value: &[u8]) -> [u8; TAG] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[kind]);
        context.update(value);
        let mut tag = [0; TAG];
        tag.copy_from_slice(&context.sign().as_ref()[..TAG]);
        tag
    }

    /// Of a name that nobody has, as the database compares it: it must not be seen from the waiting that nobody has it.
    pub fn nobody(&self, name: &str) -> Account {
        Account(self.tag(b'a', name.as_bytes()))
    }

    /// Of somebody, by whatever name and in whatever spelling they are asked for.
    pub fn user(&self, key: &str) -> Account {
        Account(self.tag(b'u', key.as_bytes()))
    }

    pub(super) fn network(&self, network: Network) -> Vec<u8> {
        self.tag(b'n', network.bytes()).to_vec()
    }

    pub(super) fn site(&self, network: Network) -> Vec<u8> {
        self.tag(b's', network.site().bytes()).to_vec()
    }

    pub(super) fn registrations(&self, network: Network) -> Vec<u8> {
        self.tag(b'r', network.site().bytes()).to_vec()
    }

    pub(super) fn overall(&self) -> Vec<u8> {
        self.tag(b'o', b"").to_vec()
    }

    /// An account as strangers of one site ask for it by one of its names; without a site, from anywhere.
    pub(super) fn pair(&self, account: &Account, column: i32, network: Option<Network>) -> Vec<u8> {
        let site = network.map(Network::site);
        let site = site.as_ref().map_or(&[][..], Network::bytes);
        account.with(self.tag(b'p', &[&column.to_be_bytes(), site].concat()))
    }

    /// An account as one device asks for it.
    pub(super) fn device(&self, account: &Account, device: &[u8]) -> Vec<u8> {
        account.with(self.tag(b'd', device))
    }

    /// A network from where this password of the account was right. Of another password there is another one.
    pub(super) fn known(&self, account: &Account, password: &[u8; 32], network: Network) -> Vec<u8> {
        account.with(self.tag(b'k', &[&password[..], network.bytes()].concat()))
    }

    /// From when on this password of the account has been right.
    pub(super) fn password(&self, account: &Account, password: &[u8; 32]) -> Vec<u8> {
        account.with(self.tag(b'w', password))
    }

    /// Whether some password of the account has been right.
    pub(super) fn any_password(&self, account: &Account) -> Vec<u8> {
        account.with(self.tag(b'w', b""))
    }
}

impl Account {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn with(&self, tag: [u8; TAG]) -> Vec<u8> {
        [self.0, tag].concat()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{auth::keys::Keys, contract::profile::auth::Networks};

    fn naming() -> Naming {
        Naming::of(Keys::ephemeral().expect("random bytes").current().refresh())
    }

    #[test]
    fn no_bucket_is_taken_for_another_and_none_says_whose_it_is() {
        let naming = naming();
        let network = Network::of([192, 0, 2, 1].into(), Networks::All).expect("a network");
        let account = naming.user("7");
        let buckets = [
            account.bytes().to_vec(),
            naming.nobody("7").bytes().to_vec(),
            naming.network(network),
            naming.site(network),
            naming.registrations(network),
            naming.overall(),
            naming.pair(&account, 0, Some(network)),
            naming.pair(&account, 1, Some(network)),
            naming.pair(&account, 0, None),
            naming.device(&account, network.bytes()),
            naming.known(&account, &[1; 32], network),
            naming.known(&account, &[2; 32], network),
            naming.password(&account, &[1; 32]),
            naming.password(&account, &[2; 32]),
            naming.any_password(&account),
        ];
        assert_eq!(buckets.iter().collect::<BTreeSet<_>>().len(), buckets.len());
        assert!(buckets[..6].iter().all(|bucket| bucket.len() == 16));
        assert!(buckets[6..].iter().all(|bucket| bucket.len() == 32));
        for bucket in &buckets[6..] {
            assert!(bucket.starts_with(account.bytes()));
        }
        assert_ne!(account, super::tests::naming().user("7"));
    }

    #[test]
    fn whoever_has_many_networks_has_one_count_and_is_known_in_one_of_them() {
        let naming = naming();
        let [here, there] = ["2001:db8:1:1::1", "2001:db8:1:2::1"]
            .map(|ip| Network::of(ip.parse().expect("an address"), Networks::Public).expect("a network"));
        let account = naming.user("7");
        assert_eq!(naming.pair(&account, 0, Some(here)), naming.pair(&account, 0, Some(there)));
        assert_eq!(naming.site(here), naming.site(there));
        assert_eq!(naming.registrations(here), naming.registrations(there));
        assert_ne!(naming.network(here), naming.network(there));
        assert_ne!(naming.known(&account, &[1; 32], here), naming.known(&account, &[1; 32], there));
    }
}
