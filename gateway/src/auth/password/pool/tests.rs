//! Queue and places are bounded in number, waiting in time, and who leaves makes room.

use tokio::{sync::oneshot, task::JoinSet};

use super::*;

fn pool() -> Arc<Pool> {
    let metrics = PasswordMetrics::unobserved().unwrap();
    Arc::new(Pool::start(NonZero::<usize>::MIN, metrics).unwrap())
}

/// The only thread is busy until the answer is dropped.
async fn occupied(pool: &Arc<Pool>, tasks: &mut JoinSet<Result<(), Busy>>) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let pool = pool.clone();
    tasks.spawn(async move {
        pool.run(move |_| {
            begun.send(()).unwrap();
            let _ = released.recv();
        })
        .await
    });
    has_begun.await.unwrap();
    release
}

#[tokio::test]
async fn what_is_asked_is_computed_and_a_panic_costs_no_thread() {
    let pool = pool();
    assert_eq!(pool.run(|_| 7).await, Ok(7));
    let broken = pool.run(|_| if pool_is_there() { panic!("on purpose") } else { 1 }).await;
    assert_eq!(broken, Err(Busy::Broken));
    assert_eq!(pool.run(|_| 8).await, Ok(8));
    assert_eq!((pool.metrics.waiting.count(), pool.metrics.running.count()), (0, 0));
}

fn pool_is_there() -> bool {
    true
}

/// All that there are.
async fn places(pool: &Pool) -> Vec<OwnedSemaphorePermit> {
    let mut held = Vec::new();
    for _ in 0..1 + MORE_PLACES {
        held.push(pool.place().await.unwrap());
    }
    held
}

/// As many as may wait for a place.
async fn crowd(pool: &Arc<Pool>) -> JoinSet<Result<(), Busy>> {
    let mut waiting = JoinSet::new();
    for _ in 0..QUEUE {
        let pool = pool.clone();
        waiting.spawn(async move { pool.place().await.map(drop) });
    }
    while pool.metrics.waiting.count() < QUEUE {
        tokio::task::yield_now().await;
    }
    waiting
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_in_time_is_turned_away() {
    let pool = pool();
    let mut held = places(&pool).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.place().await.unwrap_err(), Busy::Late);
    assert_eq!(begun.elapsed(), LONGEST_WAIT);
    assert_eq!(pool.metrics.waiting.count(), 0);
    drop(held.pop());
    assert!(pool.place().await.is_ok());
}

#[tokio::test]
async fn the_queue_has_an_end_and_who_leaves_makes_room() {
    let pool = pool();
    let held = places(&pool).await;
    let mut waiting = crowd(&pool).await;
    assert_eq!(pool.place().await.unwrap_err(), Busy::Full);
    waiting.abort_all();
    while waiting.join_next().await.is_some() {}
    assert_eq!(pool.metrics.waiting.count(), 0);
    waiting.spawn({
        let pool = pool.clone();
        async move { pool.place().await.map(drop) }
    });
    while pool.metrics.waiting.count() == 0 {
        tokio::task::yield_now().await;
    }
    drop(held);
    assert_eq!(waiting.join_next().await.unwrap().unwrap(), Ok(()));
}

/// Who has asked the database already is not sent away for those who have not.
#[tokio::test]
async fn who_has_a_place_is_computed_whoever_waits_for_one() {
    let (pool, mut tasks) = (pool(), JoinSet::new());
    let _held = places(&pool).await;
    let release = occupied(&pool, &mut tasks).await;
    let _waiting = crowd(&pool).await;
    let pool_of_it = pool.clone();
    tasks.spawn(async move { pool_of_it.run(|_| ()).await });
    tokio::task::yield_now().await;
    drop(release);
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), Ok(()));
    }
}

#[test]
fn who_is_turned_away_together_does_not_come_back_together() {
    let pool = pool();
    let after: Vec<_> = (0..4).map(|_| pool.retry_after().as_secs()).collect();
    assert_eq!(after, [2, 3, 4, 2]);
}
