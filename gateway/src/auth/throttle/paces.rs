//! In which time one wrong password is forgotten, where so many are allowed of an hour.

use crate::contract::profile::auth::ThrottleRules;

const HOUR: f64 = 3600.0;

/// In seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paces {
    pub(super) network: f64,
    /// Of a site that has several networks.
    pub(super) site: f64,
    pub(super) overall: f64,
    /// Of a site, whichever it is, while there are too many overall.
    pub(super) siege: f64,
    pub(super) register: f64,
}

impl Paces {
    pub(super) fn of(rules: &ThrottleRules) -> Self {
        let [network, site, overall, register] =
            [rules.network, rules.site, rules.overall, rules.register].map(|most| HOUR / f64::from(most));
        // No site is allowed more than otherwise.
        let siege = (HOUR / f64::from(rules.free)).max(network).max(site);
        Self { network, site, overall, siege, register }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_siege_a_site_has_what_anybody_has_in_a_row() {
        let usual = Paces::of(&ThrottleRules::default());
        assert_eq!((usual.network, usual.siege), (12.0, 720.0));
        let narrow = Paces::of(&ThrottleRules { network: 2, ..ThrottleRules::default() });
        assert_eq!((narrow.network, narrow.siege), (1800.0, 1800.0));
    }
}
