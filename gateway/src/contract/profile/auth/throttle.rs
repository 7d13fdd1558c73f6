//! `[auth.throttle]`: how many wrong passwords are taken, and from when on somebody has to wait.

use std::{fmt, time::Duration};

use crate::config::document::{item::Item, section::Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThrottleRules {
    /// Why nobody is throttled here, where nobody is.
    pub off: Option<String>,
    /// Wrong passwords in a row before somebody has to wait.
    pub free: u32,
    /// What a wait, which doubles from a second, grows to.
    pub longest: Duration,
    /// Wrong passwords for one account within any hour, from wherever they come.
    pub per_hour: u32,
    /// Wrong passwords from one network, of an hour.
    pub network: u32,
    /// The same from all networks of one site, which is 48 bits of an IPv6 address.
    pub site: u32,
    /// Wrong passwords of an hour altogether, from when on each site has few.
    pub overall: u32,
    /// Registrations from one site, of an hour.
    pub register: u32,
    pub networks: Networks,
}

/// Whose address says where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Networks {
    /// Everybody's.
    All,
    /// A public one: behind a private one there is a proxy with everybody behind it.
    Public,
    /// Nobody's.
    None,
}

impl Default for ThrottleRules {
    fn default() -> Self {
        Self {
            off: None,
            free: 5,
            longest: Duration::from_mins(1),
            per_hour: 100,
            network: 300,
            site: 1500,
            overall: 20_000,
            register: 500,
            networks: Networks::Public,
        }
    }
}

impl ThrottleRules {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let usual = Self::default();
        let off = section.optional("off").map(|item| reason(&item));
        let free = number(section.optional("free"), usual.free, 100);
        let waits = Duration::from_secs(1)..=Duration::from_hours(1);
        let longest =
            section.optional("longest").map_or(Some(usual.longest), |item| item.duration(waits, "60s"));
        let per_hour = number(section.optional("per_hour"), usual.per_hour, 1000);
        let network = number(section.optional("network"), usual.network, 1_000_000);
        let site = number(section.optional("site"), usual.site, 1_000_000);
        let overall = number(section.optional("overall"), usual.overall, 100_000_000);
        let register = number(section.optional("register"), usual.register, 1_000_000);
        let networks = section.optional("networks").map_or(Some(usual.networks), |item| {
            item.choice("a choice of addresses", &[Networks::All, Networks::Public, Networks::None])
        });
        section.close();
        Some(Self {
            off: off.map_or(Some(None), |off| off.map(Some))?,
            free: free?,
            longest: longest?,
            per_hour: per_hour?,
            network: network?,
            site: site?,
            overall: overall?,
            register: register?,
            networks: networks?,
        })
    }
}

fn number(item: Option<Item<'_>>, usual: u32, most: i64) -> Option<u32> {
    let Some(item) = item else { return Some(usual) };
    u32::try_from(item.integer(1..=most)?).ok()
}

/// Whoever switches it off says why, for whoever reads the profile next.
fn reason(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if text.trim().is_empty() {
        item.reject(
            "no reason is given",
            "say what throttles logins instead, as in `\"the proxy in front does\"`",
        );
        return None;
    }
    Some(text.to_owned())
}

impl fmt::Display for Networks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::All => "all",
            Self::Public => "public",
            Self::None => "none",
        })
    }
}
