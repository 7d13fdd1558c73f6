//! The queue is bounded in number and in time, and who leaves makes room.

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

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_turned_away() {
    let (pool, mut tasks) = (pool(), JoinSet::new());
    let release = occupied(&pool, &mut tasks).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(pool.run(|_| ()).await, Err(Busy::Late));
    assert_eq!(begun.elapsed().as_secs(), LONGEST_WAIT.as_secs());
    assert_eq!(pool.metrics.waiting.count(), 0);
    drop(release);
    assert_eq!(tasks.join_next().await.unwrap().unwrap(), Ok(()));
    assert_eq!(pool.run(|_| 9).await, Ok(9));
}

#[tokio::test]
async fn the_queue_has_an_end_and_who_leaves_makes_room() {
    let (pool, mut tasks) = (pool(), JoinSet::new());
    let release = occupied(&pool, &mut tasks).await;
    let mut waiting = JoinSet::new();
    for _ in 0..QUEUE {
        let pool = pool.clone();
        waiting.spawn(async move { pool.run(|_| ()).await });
    }
    while pool.metrics.waiting.count() < QUEUE {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.run(|_| ()).await, Err(Busy::Full));
    waiting.abort_all();
    while waiting.join_next().await.is_some() {}
    assert_eq!(pool.metrics.waiting.count(), 0);
    let queued = tasks.spawn({
        let pool = pool.clone();
        async move { pool.run(|_| ()).await }
    });
    while pool.metrics.waiting.count() == 0 {
        tokio::task::yield_now().await;
    }
    drop(release);
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), Ok(()));
    }
    assert!(queued.is_finished());
}
