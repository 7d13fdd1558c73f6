//! Upgrades in a row while clients of every kind ask: none is refused, reset or left without an answer.

use std::time::Duration;

use tokio::time::{Instant, interval};

use super::{Stage, ended};
use crate::{
    crowd::{Asked, Crowd, Pace, is_long_and_shipped},
    house::show,
};

/// What a machine that does everything else as well keeps up with.
const SHORT: (usize, Pace) = (
    3,
    Pace { keep_alive: 4, streams: 1, fresh: 2, sockets: 2, uploads: 2, every: Duration::from_millis(40) },
);

const BETWEEN: Duration = Duration::from_millis(800);

/// 1,000 requests in a second.
const LONG: (usize, Pace) = (
    20,
    Pace { keep_alive: 20, streams: 6, fresh: 8, sockets: 20, uploads: 20, every: Duration::from_millis(40) },
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upgrades_in_a_row_disturb_nobody() {
    let is_long = is_long_and_shipped();
    let (upgrades, pace) = if is_long { LONG } else { SHORT };
    let mut stage = Stage::open().await;
    let crowd = Crowd::gather(&Asked::at(stage.house.gateway.public(), "/swift"), pace);
    let (mut before, mut longest) = (Vec::new(), Duration::ZERO);
    // Between two of them everybody goes on for a while.
    let mut next = interval(BETWEEN);
    for _ in 0..upgrades {
        next.tick().await;
        let began = Instant::now();
        before.push(stage.upgrade().await);
        longest = longest.max(began.elapsed());
    }
    next.tick().await;
    let told = crowd.leave().await;
    let figures = told.shown(&pace);
    show(&format!("upgrade: {upgrades} in a row, the longest {longest:.1?}, under {figures}"));
    assert!(told.failures.is_empty(), "{:#?}", told.failures);
    assert!(told.reconnects >= upgrades && told.streams > 0, "{told:?}");
    assert!(told.uploads > 0 && told.echoes > 0, "{told:?}");
    for gateway in before {
        assert_eq!(ended(gateway, &[]).await.code(), Some(0));
    }
    stage.house.close_expecting(&["database"]);
    assert!(!is_long || told.kept_up(&pace), "{figures}");
}
