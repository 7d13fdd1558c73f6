//! Tables of tokens and of what was taken back, and which of them meet.

use super::*;
use crate::auth::IssuedBy;

const DAY: Duration = Duration::from_hours(24);

fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000) + Duration::from_millis(milliseconds)
}

fn token(subject: Subject) -> Verified {
    Verified {
        subject,
        issued_by: IssuedBy::Gateway,
        session: None,
        generation: None,
        issued_at: Some(at(5_000)),
        expires_at: None,
        digest: None,
        scopes: Vec::new(),
        roles: Vec::new(),
    }
}

fn ended(key: &str, not_before: u64, keeps: Option<Uuid>) -> Taken {
    let epoch = Epoch { not_before: at(not_before), keeps, changed_at: at(not_before) };
    Taken::User { key: key.to_owned(), epoch }
}

fn judged(taken: impl IntoIterator<Item = Taken>, token: &Verified) -> Standing {
    let mut remembered = Remembered::default();
    remembered.add(taken);
    remembered.judge(token)
}

#[test]
fn a_session_that_has_ended_takes_its_tokens_along() {
    let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let token = Verified { session: Some(own), ..token(Subject::Int(7)) };
    assert_eq!(judged([Taken::Session { id: own, at: at(0) }], &token), Standing::Revoked);
    assert_eq!(judged([Taken::Session { id: other, at: at(0) }], &token), Standing::Good);
    assert_eq!(judged([], &token), Standing::Good);
}

#[test]
fn a_token_of_no_session_is_known_by_its_digest() {
    let token = Verified { digest: Some([7; 32]), ..token(Subject::Int(7)) };
    let taken = |byte| Taken::Token { digest: short(&[byte; 32]), until: at(1_000) };
    assert_eq!(judged([taken(7)], &token), Standing::Revoked);
    assert_eq!(judged([taken(8)], &token), Standing::Good);
}

#[test]
fn tokens_from_before_a_users_moment_are_over_and_later_ones_are_good() {
    let id = Uuid::from_u128(0xabc);
    let subjects = [
        (Subject::Int(7), "7".to_owned()),
        (Subject::Int(i64::MIN), i64::MIN.to_string()),
        (Subject::Uuid(id), id.to_string()),
        (Subject::Text("ada".to_owned()), "ada".to_owned()),
        (Subject::Text(id.to_string().to_uppercase()), id.to_string()),
    ];
    for (subject, key) in subjects {
        let token = token(subject);
        for (not_before, expected) in
            [(5_001, Standing::Revoked), (5_000, Standing::Good), (4_000, Standing::Good)]
        {
            assert_eq!(judged([ended(&key, not_before, None)], &token), expected, "{key} {not_before}");
            assert_eq!(judged([ended(EVERYBODY, not_before, None)], &token), expected, "{not_before}");
        }
        assert_eq!(judged([ended("8", 9_000, None)], &token), Standing::Good);
        let undated = Verified { issued_at: None, ..token };
        assert_eq!(judged([ended(&key, 0, None)], &undated), Standing::Revoked);
        assert_eq!(judged([ended("8", 0, None)], &undated), Standing::Good);
    }
}

#[test]
fn a_session_that_is_kept_goes_on_unless_it_ends_itself() {
    let kept = Uuid::from_u128(1);
    let token = Verified { session: Some(kept), ..token(Subject::Int(7)) };
    let legacy = Verified { session: None, ..token.clone() };
    assert_eq!(judged([ended("7", 9_000, Some(kept))], &token), Standing::Good);
    assert_eq!(judged([ended("7", 9_000, Some(kept))], &legacy), Standing::Revoked);
    assert_eq!(judged([ended("7", 9_000, None)], &legacy), Standing::Revoked);
    let both = [ended("7", 9_000, Some(kept)), Taken::Session { id: kept, at: at(0) }];
    assert_eq!(judged(both, &token), Standing::Revoked);
    let others = [ended("7", 9_000, Some(kept)), ended(EVERYBODY, 9_000, None)];
    assert_eq!(judged(others, &token), Standing::Revoked);
}

#[test]
fn what_is_told_last_of_a_user_counts() {
    let token = Verified { session: Some(Uuid::from_u128(1)), ..token(Subject::Int(7)) };
    let told = [ended("7", 9_000, token.session), ended("7", 9_000, None)];
    assert_eq!(judged(told, &token), Standing::Revoked);
}

#[test]
fn what_no_token_can_be_of_is_forgotten() {
    let retention = Retention { sessions: DAY, users: Some(2 * DAY) };
    let mut remembered = Remembered::default();
    remembered.add([
        Taken::Session { id: Uuid::from_u128(1), at: at(0) },
        Taken::Session { id: Uuid::from_u128(2), at: at(1_000) },
        Taken::Token { digest: [1; 16], until: at(0) + DAY },
        Taken::Token { digest: [2; 16], until: at(1_000) + DAY },
        Taken::Token { digest: [3; 16], until: SystemTime::UNIX_EPOCH + Duration::from_secs(u64::MAX / 4) },
        ended("7", 0, None),
    ]);
    let kept = remembered.without(at(1_000) + DAY, retention);
    assert_eq!(kept.sizes(), (1, 2, 1));
    assert!(kept.sessions.contains_key(&Uuid::from_u128(2)) && !kept.tokens.contains_key(&[1; 16]));
    assert_eq!(remembered.without(at(1_000) + 2 * DAY, retention).sizes(), (0, 1, 0));
    let for_ever = Retention { users: None, ..retention };
    assert_eq!(remembered.without(at(0) + 1_000 * DAY, for_ever).sizes(), (0, 1, 1));
    assert_eq!(remembered.without(UNIX_EPOCH, retention).sizes(), (2, 3, 1));
}

#[test]
fn what_a_gateway_is_told_is_not_lost_to_what_is_older() {
    let key = "7".to_owned();
    let before = token(Subject::Int(7));
    let mut remembered = Remembered::default();
    remembered.tell(ended(&key, 6_000, None));
    // A look that began before that ends with what was stored then.
    remembered.add([ended(&key, 4_000, None)]);
    assert_eq!(remembered.judge(&before), Standing::Revoked);
    remembered.add([ended(&key, 6_000, Some(Uuid::from_u128(1)))]);
    let kept = Verified { session: Some(Uuid::from_u128(1)), ..before };
    assert_eq!(remembered.judge(&kept), Standing::Good);
}

#[test]
fn what_a_gateway_is_told_during_a_sweep_outlives_it() {
    let retention = Retention { sessions: DAY, users: Some(DAY) };
    let tokens = [1, 2].map(|id| Verified { session: Some(Uuid::from_u128(id)), ..token(Subject::Int(7)) });
    let over = |id| Taken::Session { id: Uuid::from_u128(id), at: at(0) };
    let mut remembered = Remembered::default();
    remembered.tell(over(1));
    remembered.begin_sweep();
    let kept = remembered.without(at(0) + 2 * DAY, retention);
    remembered.tell(over(2));
    remembered.replace(kept);
    assert_eq!(tokens.map(|token| remembered.judge(&token)), [Standing::Good, Standing::Revoked]);
    assert!(remembered.meanwhile.is_none());
}
