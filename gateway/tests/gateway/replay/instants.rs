//! A client that says when: the run is later, and so is what it says.

use super::{
    LIVE,
    backend::Backend,
    commands::{compat, said, write},
    sketch::{answer, exchange},
};
use gateway::parity::{exchange::Outcome, recording::Recording};

/// An hour after the recording's beginning, and a day that is the same in every run.
const REMINDER: &str = r#"{"due": "2026-10-01T11:00:01.5+02:00", "born": "1985-04-12T00:00:00Z"}"#;

#[tokio::test]
async fn a_time_that_had_not_come_then_has_not_come_now() {
    let folder = tempfile::tempdir().unwrap();
    let json = "content-type: application/json";
    let created = Outcome::Answered(answer(201, &[json], REMINDER));
    write(&[exchange(1, "POST /reminders", &[json], REMINDER, created)], &folder.path().join("rec"));
    let live = Backend::start(LIVE).await;
    let (_, text) =
        said(&compat(&["replay", "rec", "--target", &live.address, "--out", "run"], folder.path()).await);
    assert_eq!(live.shared.lock().strange, Vec::<String>::new(), "{text}");
    let run = Recording::open(&folder.path().join("run")).unwrap().0;
    let sent = run.exchanges[0].request.text().unwrap();
    assert!(sent.contains(r#".5+02:00", "born": "1985-04-12T00:00:00Z"}"#) && sent != REMINDER, "{sent}");
    let (code, text) = said(&compat(&["explain", "rec", "1"], folder.path()).await);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("  moves     body $.due = 2026-10-01T11:00:01.5+02:00\n"), "{text}");
}
