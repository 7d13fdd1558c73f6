//! Which session a token in the legacy's shape belongs to: one claim of ours, which the legacy passes over.
//!
//! The legacy's own tokens know no session, and say in whole seconds when they were issued, if they say it at all. One
//! that the gateway has handed out is told apart from those exactly, and ends with its session.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use uuid::Uuid;

/// The claim: `SESSION.GENERATION.MILLISECONDS`.
pub(super) const MEMBERSHIP: &str = "gws";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub session: Uuid,
    /// Of the refresh token that was handed out with it.
    pub generation: i32,
    issued_at: Duration,
}

impl Membership {
    /// Never older than what its user has taken back: the clock of the database may be ahead of ours.
    pub fn new(session: Uuid, generation: i32, now: SystemTime, not_before: Option<SystemTime>) -> Self {
        let since = |moment: SystemTime| moment.duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = |moment: Duration| Duration::from_secs(moment.as_secs()) + milliseconds(moment);
        // The database has microseconds.
        let earliest = not_before.map_or(Duration::ZERO, |moment| since(moment) + Duration::from_micros(999));
        Self { session, generation, issued_at: whole(since(now).max(earliest)) }
    }

    /// One spelling for each, and nothing that is only similar.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let session = parts.next()?.parse().ok()?;
        let generation = parts.next()?.parse().ok().filter(|generation| *generation >= 0)?;
        let issued_at = Duration::from_millis(parts.next()?.parse().ok()?);
        let read = Self { session, generation, issued_at };
        (read.to_string() == text && read.moment().is_some()).then_some(read)
    }

    pub fn issued_at(&self) -> SystemTime {
        self.moment().unwrap_or(UNIX_EPOCH)
    }

    fn moment(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(self.issued_at)
    }
}

fn milliseconds(moment: Duration) -> Duration {
    Duration::from_millis(moment.subsec_millis().into())
}

impl fmt::Display for Membership {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session, generation, issued_at } = self;
        write!(formatter, "{}.{generation}.{}", session.hyphenated(), issued_at.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(microseconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(microseconds)
    }

    #[test]
    fn it_is_read_in_the_one_spelling_in_which_it_is_written() {
        let membership = Membership::new(Uuid::nil(), 3, at(1_800_000_000_250_900), None);
        let text = "00000000-0000-0000-0000-000000000000.3.1800000000250";
        assert_eq!(membership.to_string(), text);
        assert_eq!(Membership::read(text), Some(membership));
        for wrong in [
            "",
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-0000-0000-000000000000.3",
            "00000000-0000-0000-0000-000000000000.3.",
            "00000000-0000-0000-0000-000000000000.-1.1800000000250",
            "00000000-0000-0000-0000-000000000000.03.1800000000250",
            "00000000-0000-0000-0000-000000000000.3.+1800000000250",
            "00000000-0000-0000-0000-000000000000.3.18446744073709551615000",
            "00000000-0000-0000-0000-000000000000.3.1800000000250.1",
            "00000000000000000000000000000000.3.1800000000250",
            " 00000000-0000-0000-0000-000000000000.3.1800000000250",
        ] {
            assert_eq!(Membership::read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn none_is_older_than_its_users_epoch(now in 0_u64..1 << 51, not_before in 0_u64..1 << 51) {
            let membership = Membership::new(Uuid::nil(), 0, at(now), Some(at(not_before)));
            prop_assert!(membership.issued_at() >= at(not_before));
            let latest = at(now.max(not_before + 999));
            prop_assert!(membership.issued_at() <= latest);
            prop_assert_eq!(Membership::read(&membership.to_string()), Some(membership));
        }

        #[test]
        fn no_text_makes_it_fail(text in "[0-9a-f.-]{0,80}") {
            if let Some(read) = Membership::read(&text) {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }
}
