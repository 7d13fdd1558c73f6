//! How long something that was taken back has to be remembered: as long as a token of it could still be good.

use std::time::Duration;

use crate::{auth::throttle, contract::profile::Profile};

/// Tokens may have been issued for longer than the settings of today allow.
const LEAST: Duration = Duration::from_hours(24 * 8);

/// The clocks of the servers need not agree.
const SKEW: Duration = Duration::from_mins(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// After the end of a session.
    pub sessions: Duration,
    /// After a user's tokens were taken back all at once; without an end where tokens have none.
    pub users: Option<Duration>,
}

impl Retention {
    /// No token of the gateway's own is taken that says it lives longer.
    pub fn longest_access(access: Duration) -> Duration {
        access.max(LEAST)
    }

    /// No token of a session is taken that lives longer: its session's end would be forgotten before. Whoever shortens
    /// `access` logs nobody out as long as the `lifetime` of a profile of the legacy's says what it was.
    pub fn longest_of_session(self) -> Duration {
        self.sessions.saturating_sub(SKEW)
    }

    /// After which a row of something that is over says nothing to anybody: with a day for clocks. A token that was taken
    /// back must not prove a device as long as one that has expired does.
    pub fn rows(self) -> Duration {
        self.sessions + throttle::REMEMBERED + Duration::from_hours(24)
    }

    /// `access` is for how long the gateway issues tokens.
    pub fn of(profile: &Profile, access: Duration) -> Self {
        let lifetimes: Option<Vec<Duration>> = profile.tokens.iter().map(|token| token.lifetime).collect();
        let longest = |lifetimes: &[Duration]| {
            lifetimes.iter().copied().fold(Self::longest_access(access), Duration::max)
        };
        let known: Vec<Duration> = profile.tokens.iter().filter_map(|token| token.lifetime).collect();
        Self { sessions: longest(&known) + SKEW, users: lifetimes.map(|all| longest(&all) + SKEW) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(lifetimes: &[Option<&str>]) -> Profile {
        let token = |(place, lifetime): (usize, &Option<&str>)| {
            let lifetime =
                lifetime.map(|lifetime| format!("lifetime = \"{lifetime}\"\n")).unwrap_or_default();
            format!(
                "[[legacy.tokens]]\nname = \"{place}\"\nalgorithm = \"HS256\"\nsubject = \"s{place}:int\"\n\
                 require = [\"exp\", \"s{place}\"]\n{lifetime}"
            )
        };
        let tokens: String = lifetimes.iter().enumerate().map(token).collect();
        let text = format!(
            "schema = 1\n{tokens}[errors]\nshape = \"detail\"\nbad_token = {{ status = 401, body = '{{}}' }}\n"
        );
        Profile::parse("legacy.toml".as_ref(), &text).expect("a profile")
    }

    #[test]
    fn what_was_taken_back_is_remembered_as_long_as_the_longest_token_lives() {
        let day = Duration::from_hours(24);
        let check = |lifetimes: &[Option<&str>], access, sessions, users: Option<Duration>| {
            let expected = Retention { sessions: sessions + SKEW, users: users.map(|users| users + SKEW) };
            assert_eq!(Retention::of(&profile(lifetimes), access), expected, "{lifetimes:?}");
        };
        assert_eq!((LEAST, Retention::longest_access(day)), (8 * day, 8 * day));
        check(&[Some("30m")], day, LEAST, Some(LEAST));
        check(&[Some("30m")], 20 * day, 20 * day, Some(20 * day));
        check(&[Some("30m"), Some("40d")], 20 * day, 40 * day, Some(40 * day));
        check(&[Some("40d"), None], day, 40 * day, None);
        let longest =
            |lifetimes: &[Option<&str>]| Retention::of(&profile(lifetimes), day).longest_of_session();
        assert_eq!((longest(&[None]), longest(&[Some("40d")])), (LEAST, 40 * day));
        let rows = |access| Retention::of(&profile(&[None]), access).rows();
        assert_eq!((rows(day), rows(200 * day)), (99 * day + SKEW, 291 * day + SKEW));
    }
}
