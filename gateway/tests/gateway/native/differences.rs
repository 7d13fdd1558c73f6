//! Where the gateway answers or stores something else than the legacy, on purpose: all of it, each with its reason.

use std::sync::LazyLock;

use compat_tests::sample::Version;
use regex::bytes::Regex;

use super::{
    pair::{Ask, Pair, Said},
    stored::execute,
};
use crate::house::database;

/// A request, the two statuses, and why they may differ.
struct Difference {
    what: &'static str,
    reason: &'static str,
    ask: fn() -> Ask,
    legacy: u16,
    gateway: u16,
}

/// What many requests may meet, whatever they ask for: which requests, and the legacy's statuses for them. The gateway
/// says 422 to all of these.
pub(super) struct Rule {
    pub(super) reason: &'static str,
    meets: fn(&Ask) -> bool,
    legacy: &'static [u16],
}

pub(super) static RULES: [Rule; 3] = [
    Rule {
        reason: "half of a surrogate pair can be neither stored nor written into a 422, over which the legacy raises; \
                 it may not have come that far yet when it finds that there is no such row",
        meets: |ask| {
            static HALF: LazyLock<Regex> =
                LazyLock::new(|| Regex::new(r"(?i)\\ud[89a-f]|(?-u:\xed[\xa0-\xbf])").unwrap());
            HALF.is_match(&narrow(ask))
        },
        legacy: &[500, 404],
    },
    Rule {
        reason: "a number that JSON does not have cannot be written into a 422, over which the legacy raises",
        meets: |ask| {
            static NOT_FINITE: LazyLock<Regex> =
                LazyLock::new(|| Regex::new(r"NaN|Infinity|[eE]\+?\d{3}").unwrap());
            NOT_FINITE.is_match(&narrow(ask))
        },
        legacy: &[500],
    },
    Rule {
        reason: "bytes that are no text and did not come as JSON cannot be written into a 422, over which the legacy \
                 raises",
        meets: |ask| ask.content_type.as_deref() == Some("text/plain") && str::from_utf8(&ask.body).is_err(),
        legacy: &[500],
    },
];

/// UTF-16 and UTF-32 have zeros between the letters.
fn narrow(ask: &Ask) -> Vec<u8> {
    ask.body.iter().copied().filter(|byte| *byte != 0).collect()
}

/// The rule by which the two may say different things.
pub(super) fn allowed(ask: &Ask, legacy: &Said, gateway: &Said) -> Option<&'static Rule> {
    let is_told = gateway.status == 422 && gateway.body.starts_with("{\"detail\":[{\"type\":\"");
    RULES.iter().find(|rule| is_told && rule.legacy.contains(&legacy.status) && (rule.meets)(ask))
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        what: "no token and a body that is no JSON",
        reason: "the gateway asks who is there before it looks at a body",
        ask: || Ask::new(0, "POST", "/api/tasks").json("{"),
        legacy: 422,
        gateway: 401,
    },
    Difference {
        what: "no token and a body that is in no encoding",
        reason: "the gateway asks who is there before it looks at a body",
        ask: || Ask::new(0, "PATCH", "/api/tasks/1").json(b"\xff".to_vec()),
        legacy: 400,
        gateway: 401,
    },
];

#[tokio::test]
async fn only_these_differ() {
    for version in Version::ALL {
        let mut pair = Pair::open(version).await;
        for difference in DIFFERENCES {
            let (legacy, gateway) = pair.hear(&(difference.ask)()).await;
            let (what, reason) = (difference.what, difference.reason);
            let statuses = (difference.legacy, difference.gateway);
            assert_eq!((legacy.status, gateway.status), statuses, "{version:?}: {what} ({reason})");
        }
        pair.close();
    }
}

/// The legacy stores an instant outside Python's years, answers 500 because it cannot read it back, and answers 500 to
/// every list with the row in it from then on. The gateway answers the same 500 and stores nothing.
#[tokio::test]
async fn an_instant_that_python_cannot_read_back_is_a_500_and_is_not_stored() {
    for version in Version::ALL {
        let mut pair = Pair::open(version).await;
        for due_at in ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59.999999-05:00"] {
            let new = format!("{{\"title\":\"x\",\"due_at\":\"{due_at}\"}}");
            let change = format!("{{\"due_at\":\"{due_at}\"}}");
            for ask in [
                Ask::new(1, "POST", "/api/tasks").json(new),
                Ask::new(2, "PATCH", "/api/tasks/4").json(change),
            ] {
                assert_eq!(pair.same(&ask).await.status, 500, "{due_at}");
            }
            for (user, target) in [(1, "/api/tasks?limit=100"), (2, "/api/tasks/4")] {
                let (legacy, gateway) = pair.hear(&Ask::new(user, "GET", target)).await;
                assert_eq!((legacy.status, gateway.status), (500, 200), "{target}");
            }
        }
        // A row that somebody else stored is a 500 here as well.
        let sql = "UPDATE tasks SET due_at = '10000-01-01T00:00:00Z' WHERE id = 4";
        execute(pair.database_of_gateway(), sql).await;
        assert_eq!(pair.same(&Ask::new(2, "GET", "/api/tasks/4")).await.status, 500);
        assert_eq!(pair.same(&Ask::new(2, "GET", "/api/tasks")).await.status, 500);
        pair.close();
    }
}

/// In a session that is not in UTC the legacy's driver reads an instant without a zone in the session's zone and shows
/// every instant in it. The gateway has UTC for both, and says at the start that this is not what the legacy does.
#[tokio::test]
async fn a_session_in_another_zone_is_told_and_answered_in_utc() {
    const BERLIN: &str = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Europe/Berlin''', \
                          current_database()); END $$";
    for version in Version::ALL {
        let databases = [database(), database()];
        for url in &databases {
            execute(url, BERLIN).await;
        }
        let mut pair = Pair::on(version, databases).await;
        for (due_at, legacy_says, gateway_says) in [
            ("2026-06-01T12:00:00", "2026-06-01T12:00:00+02:00", "2026-06-01T12:00:00Z"),
            ("2026-06-01T12:00:00Z", "2026-06-01T14:00:00+02:00", "2026-06-01T12:00:00Z"),
        ] {
            let new = format!("{{\"title\":\"x\",\"due_at\":\"{due_at}\"}}");
            let (legacy, gateway) = pair.hear(&Ask::new(1, "POST", "/api/tasks").json(new)).await;
            for (said, expected) in [(legacy, legacy_says), (gateway, gateway_says)] {
                let shown = format!("\"due_at\":\"{expected}\"");
                assert!(said.status == 201 && said.body.contains(&shown), "{version:?} {expected} {said:?}");
            }
        }
        let told = "the database session is not in UTC";
        assert_eq!(pair.told_by_gateway(told), 1);
        pair.close_expecting(&[told]);
    }
}
