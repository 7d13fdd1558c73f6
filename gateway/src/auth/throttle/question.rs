//! The buckets of one attempt: whose password it is, who asks, and what could show that they have been here before.

use super::{Account, Naming, network::Network, proof::Token};
use crate::auth::{
    Subject,
    password::fingerprint,
    users::{Named, NamedUser},
};

pub(super) struct Question {
    /// Of strangers.
    pub(super) pair: Vec<u8>,
    pub(super) device: Option<Device>,
    pub(super) account: Account,
    /// Nothing where nobody has the name, or no password.
    pub(super) evidence: Option<Evidence>,
    /// Nothing where it is not known who asks.
    pub(super) around: Option<Around>,
}

/// The token that a device has shown.
pub(super) struct Device {
    pub(super) bucket: Vec<u8>,
    pub(super) user_key: String,
    pub(super) token: Token,
}

/// What a right password leaves behind. Each speaks of that password alone: once it has been changed, by whatever hand,
/// nothing from before says anything any more.
pub(super) struct Evidence {
    pub(super) network: Option<Vec<u8>>,
    pub(super) password: Vec<u8>,
    pub(super) any_password: Vec<u8>,
    /// As sessions remember it.
    pub(super) fingerprint: [u8; 32],
}

pub(super) struct Around {
    /// Nothing where it is its site.
    pub(super) network: Option<Vec<u8>>,
    pub(super) site: Vec<u8>,
    pub(super) overall: Vec<u8>,
}

impl Question {
    pub(super) fn of_login(
        naming: &Naming,
        named: &Named,
        token: Option<Token>,
        network: Option<Network>,
    ) -> Self {
        let around = network.map(|network| Around::of(naming, network));
        let Some(NamedUser { user, column }) = &named.user else {
            let account = naming.nobody(&named.name);
            let pair = naming.pair(&account, 0, network);
            return Self { pair, device: None, account, evidence: None, around };
        };
        let account = naming.user(&user.subject.to_string());
        let password = user.password.hash.as_deref().map(fingerprint);
        Self {
            pair: naming.pair(&account, *column, network),
            device: token.and_then(|token| Device::of(naming, &account, &user.subject, token)),
            evidence: password.map(|password| Evidence::of(naming, &account, password, network)),
            account,
            around,
        }
    }

    /// Nothing where the token is not one of somebody in particular.
    pub(super) fn of_change(naming: &Naming, user: &Subject, token: Token) -> Option<Self> {
        let account = naming.user(&user.to_string());
        let device = Some(Device::of(naming, &account, user, token)?);
        Some(Self { pair: naming.pair(&account, 0, None), device, account, evidence: None, around: None })
    }

    /// How many buckets there are around it: none; its site and the overall one; its network as well.
    pub(super) fn reach(&self) -> usize {
        self.around.as_ref().map_or(0, |around| if around.network.is_some() { 2 } else { 1 })
    }
}

impl Device {
    fn of(naming: &Naming, account: &Account, user: &Subject, token: Token) -> Option<Self> {
        let bucket = naming.device(account, token.name()?);
        Some(Self { bucket, user_key: user.to_string(), token })
    }
}

impl Evidence {
    fn of(naming: &Naming, account: &Account, fingerprint: [u8; 32], network: Option<Network>) -> Self {
        Self {
            network: network.map(|network| naming.known(account, &fingerprint, network)),
            password: naming.password(account, &fingerprint),
            any_password: naming.any_password(account),
            fingerprint,
        }
    }
}

impl Around {
    fn of(naming: &Naming, network: Network) -> Self {
        Self {
            network: network.has_neighbours().then(|| naming.network(network)),
            site: naming.site(network),
            overall: naming.overall(),
        }
    }
}
