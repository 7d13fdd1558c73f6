//! Plays one fault under load, from the first request to the last, and judges what everybody saw of it.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{
    is_long,
    load::{Load, PEAK},
    record::Record,
    rows::Inspector,
    stage::Stage,
    table::{line, tell},
    verdict::{SEEN_WITHIN, SERVED_WITHIN, SESSIONS, Verdict},
};

pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) hold: Duration,
    /// Whether somebody must have noticed: a fault that does nothing proves nothing.
    pub(crate) is_felt: bool,
    pub(crate) ends: End,
}

/// How the gateway learns that it is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, soon.
    Found,
    /// Somebody has to act first, which nobody does in a minute: it asks so seldom that only a long run waits for it.
    Mended,
}

/// When it began, when it was over, and how it went on.
struct Course {
    struck: Instant,
    healed: Instant,
    served_after: Option<Duration>,
    attempts: usize,
}

impl Fault {
    pub(crate) fn lasting(name: &'static str, hold: Duration) -> Self {
        Self { name, hold, is_felt: true, ends: End::Found }
    }

    pub(crate) async fn play(
        &self,
        strike: impl AsyncFnOnce(&mut Stage),
        heal: impl AsyncFnOnce(&mut Stage),
    ) {
        let mut stage = Stage::open().await;
        let tasks = stage.inspector.tasks_of_user(1).await;
        let load = Load::on(stage.house.gateway.public(), "once", PEAK, tasks);
        let script = async {
            let warm = load.served_since(Instant::now()).await;
            assert!(warm.is_some(), "{}: not served before anything happened", self.name);
            let attempts = stage.attempts().await;
            let struck = Instant::now();
            strike(&mut stage).await;
            sleep_until(struck + self.hold).await;
            heal(&mut stage).await;
            let healed = Instant::now();
            let served_after = match self.ends {
                End::Mended if !is_long() => None,
                End::Found | End::Mended => load.served_since(healed).await,
            };
            Course { struck, healed, served_after, attempts: stage.attempts().await - attempts }
        };
        let (course, records) = load.during(script).await;
        // Its idle connections would keep the gateway from ending for as long as it is patient with them.
        drop(load);
        self.judge(stage, &course, &records).await;
    }

    async fn judge(&self, mut stage: Stage, course: &Course, records: &[Record]) {
        // The fault may have ended the connection of the inspector as well.
        stage.inspector = Inspector::connect(&stage.server.url(&stage.database)).await;
        let mut verdict = Verdict::over(records);
        verdict.on_answers(records);
        match self.ends {
            End::Found => verdict.on_return(course.served_after, SERVED_WITHIN),
            End::Mended if is_long() => verdict.on_return(course.served_after, SEEN_WITHIN),
            End::Mended => {}
        }
        verdict.on_sessions(&stage.inspector.sessions().await, SESSIONS);
        verdict.on_rows(records, &stage.inspector.rows().await);
        verdict.on_attempts(course.attempts, course.healed - course.struck);
        let during: Vec<_> =
            records.iter().filter(|record| record.begun + record.took >= course.struck).collect();
        if self.is_felt && during.iter().all(|record| record.seen.is_done()) {
            verdict.complaints.push("nobody noticed it".to_owned());
        }
        let lasted = course.healed - course.struck;
        tell(line(self.name, lasted, &during, course.served_after, course.attempts));
        if !verdict.complaints.is_empty() {
            let log = stage.house.gateway.unexpected();
            let last = &log[log.len().saturating_sub(20)..];
            panic!("{}: {}\n{last:#?}", self.name, verdict.complaints.join("\n"));
        }
        stage.close();
    }
}
