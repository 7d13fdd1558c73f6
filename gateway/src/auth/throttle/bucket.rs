//! The names of buckets: keyed hashes, so that the table tells nobody who logs in, or from where.

use aws_lc_rs::hmac;

use super::network::Network;
use crate::{auth::keys::RefreshKeys, contract::profile::users::LoginCase};

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

    /// By what was typed, whether anybody is called that or not: it must not be seen from the waiting.
    pub fn account(&self, login: &str, case: LoginCase) -> Account {
        Account(match case {
            LoginCase::Exact => self.tag(b'a', login.as_bytes()),
            LoginCase::Lower | LoginCase::Citext => self.tag(b'a', login.to_lowercase().as_bytes()),
        })
    }

    /// Of somebody who is logged in.
    pub(super) fn user(&self, key: &str) -> Account {
        Account(self.tag(b'u', key.as_bytes()))
    }

    pub(super) fn network(&self, network: Network) -> Vec<u8> {
        self.tag(b'n', network.bytes()).to_vec()
    }

    pub(super) fn registrations(&self, network: Network) -> Vec<u8> {
        self.tag(b'r', network.bytes()).to_vec()
    }

    pub(super) fn overall(&self) -> Vec<u8> {
        self.tag(b'o', b"").to_vec()
    }

    /// An account as it is asked for from one network; without one, from anywhere.
    pub(super) fn pair(&self, account: &Account, network: Option<Network>) -> Vec<u8> {
        let network = network.as_ref().map_or(&[][..], Network::bytes);
        [account.0, self.tag(b'p', network)].concat()
    }

    /// An account as one device asks for it.
    pub(super) fn device(&self, account: &Account, device: &[u8]) -> Vec<u8> {
        [account.0, self.tag(b'd', device)].concat()
    }
}

impl Account {
    pub fn bytes(&self) -> &[u8] {
        &self.0
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
        let account = naming.account("ada@example.com", LoginCase::Exact);
        let buckets = [
            account.bytes().to_vec(),
            naming.user("ada@example.com").bytes().to_vec(),
            naming.network(network),
            naming.registrations(network),
            naming.overall(),
            naming.pair(&account, Some(network)),
            naming.pair(&account, None),
            naming.device(&account, network.bytes()),
        ];
        assert_eq!(buckets.iter().collect::<BTreeSet<_>>().len(), buckets.len());
        assert_eq!(buckets.each_ref().map(Vec::len), [16, 16, 16, 16, 16, 32, 32, 32]);
        for bucket in &buckets[5..] {
            assert!(bucket.starts_with(account.bytes()));
        }
        let other = super::tests::naming();
        assert_ne!(account, other.account("ada@example.com", LoginCase::Exact));
    }

    #[test]
    fn an_account_is_one_however_the_legacy_compares_its_name() {
        let naming = naming();
        let same = |case| naming.account("Ada@Example.com", case) == naming.account("aDA@example.com", case);
        assert!(!same(LoginCase::Exact));
        assert!(same(LoginCase::Lower));
        assert!(same(LoginCase::Citext));
    }
}
