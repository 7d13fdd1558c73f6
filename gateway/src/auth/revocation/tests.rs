//! Who is let in, by what is known and how sure a route has to be.

use std::time::SystemTime;

use uuid::Uuid;

use super::*;
use crate::auth::{IssuedBy, Subject};
use remembered::Taken;

fn revocations() -> Revocations {
    let idle = Duration::from_mins(1);
    Revocations { shared: Arc::new(Shared { remembered: RwLock::default(), vigil: Vigil::new(idle) }) }
}

fn of(session: u128) -> Verified {
    Verified {
        subject: Subject::Int(7),
        issued_by: IssuedBy::Gateway,
        session: Some(Uuid::from_u128(session)),
        generation: None,
        issued_at: None,
        expires_at: None,
        digest: None,
        scopes: Vec::new(),
        roles: Vec::new(),
    }
}

fn principal(session: u128) -> Principal {
    Principal::of(Arc::new(of(session)))
}

fn end(revocations: &Revocations, session: u128) {
    let id = Uuid::from_u128(session);
    revocations.shared.remembered.write().add([Taken::Session { id, at: SystemTime::now() }]);
}

fn look(revocations: &Revocations) {
    let vigil = &revocations.shared.vigil;
    vigil.looked(vigil.look_begins());
}

#[tokio::test(start_paused = true)]
async fn while_everything_is_known_only_what_was_revoked_is_refused() {
    let revocations = revocations();
    look(&revocations);
    end(&revocations, 2);
    for on_stale in [OnStale::Degrade, OnStale::Deny] {
        assert_eq!(revocations.admit(&principal(1), on_stale).await, Ok(()));
        assert_eq!(revocations.admit(&principal(2), on_stale).await, Err(NotAdmitted::Revoked));
    }
    assert_eq!(revocations.judge(principal(1).token()), Standing::Good);
    assert_eq!(revocations.judge(principal(2).token()), Standing::Revoked);
}

#[tokio::test(start_paused = true)]
async fn while_something_may_be_unknown_a_route_decides_how_sure_it_is() {
    let revocations = revocations();
    look(&revocations);
    end(&revocations, 2);
    tokio::time::advance(Duration::from_secs(4)).await;
    let before = tokio::time::Instant::now();
    assert_eq!(revocations.admit(&principal(1), OnStale::Degrade).await, Ok(()));
    assert!(before.elapsed().is_zero(), "only who has to be sure waits");
    assert_eq!(revocations.admit(&principal(1), OnStale::Deny).await, Err(NotAdmitted::Unknown));
    assert!(!before.elapsed().is_zero());
    for on_stale in [OnStale::Degrade, OnStale::Deny] {
        assert_eq!(revocations.admit(&principal(2), on_stale).await, Err(NotAdmitted::Revoked));
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_taken_something_back_waits_until_it_was_seen() {
    let revocations = revocations();
    look(&revocations);
    tokio::time::advance(Duration::from_secs(1)).await;
    let before = tokio::time::Instant::now();
    let waiting = async {
        revocations.refresh().await;
        before.elapsed()
    };
    let (waited, ()) = tokio::join!(waiting, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        look(&revocations);
    });
    assert_eq!(waited, Duration::from_millis(200));
}

#[tokio::test(start_paused = true)]
async fn who_waits_hears_of_it_when_one_of_theirs_is_taken_back() {
    let revocations = revocations();
    let theirs = [principal(1), principal(2)];
    let before = tokio::time::Instant::now();
    let hears = || tokio::time::timeout(Duration::from_mins(1), revocations.taken_back(&theirs));
    let waiting = async { hears().await.map(|()| before.elapsed()) };
    let (waited, ()) = tokio::join!(waiting, async {
        for session in [4, 3, 2] {
            tokio::time::sleep(Duration::from_secs(1)).await;
            end(&revocations, session);
            look(&revocations);
        }
    });
    assert_eq!(waited, Ok(Duration::from_secs(3)));
    assert!(!revocations.shared.vigil.falls_asleep(), "whoever waits asks");
    assert!(hears().await.is_ok());
    assert_eq!(before.elapsed(), Duration::from_secs(3), "what is known already is not waited for");
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_back_here_is_refused_before_anybody_looks() {
    let revocations = revocations();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let single = |byte| Verified { session: None, digest: Some([byte; 32]), ..of(1) };
    revocations.session_ended(Uuid::from_u128(2), at);
    revocations.token_forgotten(&[1; 32], Some(at));
    revocations.token_forgotten(&[2; 32], None);
    assert_eq!([of(2), single(1), single(2)].map(|token| revocations.judge(&token)), [Standing::Revoked; 3]);
    assert_eq!([of(1), single(3)].map(|token| revocations.judge(&token)), [Standing::Good; 2]);
    let retention = Retention { sessions: Duration::from_secs(60), users: None };
    let left_at = |later| revocations.shared.remembered.read().without(at + later, retention).sizes();
    assert_eq!(left_at(store::LEEWAY), (0, 2, 0));
    assert_eq!(left_at(store::LEEWAY + Duration::from_secs(1)), (0, 1, 0));
    assert_eq!(left_at(Duration::from_hours(24 * 365 * 50)), (0, 1, 0));

    revocations.user_begins_anew("7", at, Some(Uuid::from_u128(1)), at);
    let before = |session| Verified { issued_at: Some(at - Duration::from_secs(1)), ..of(session) };
    assert_eq!(
        [before(1), before(3)].map(|token| revocations.judge(&token)),
        [Standing::Good, Standing::Revoked]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_is_counted() {
    let revocations = revocations();
    end(&revocations, 2);
    end(&revocations, 3);
    assert_eq!(revocations.figures().remembered, [("session", 2), ("token", 0), ("user", 0)]);
}

#[test]
fn who_cannot_be_judged_may_ask_again_and_who_was_revoked_may_not() {
    assert!(matches!(Failure::from(NotAdmitted::Revoked), Failure::BadToken));
    assert!(matches!(Failure::from(NotAdmitted::Unknown), Failure::Unavailable(RETRY_AFTER)));
}
