//! Each generation is stored once, the highest of each session, and never more than there is room for.

use super::*;
use crate::auth::{IssuedBy, Subject};

fn token(session: Option<Uuid>, generation: Option<i32>) -> Verified {
    Verified {
        subject: Subject::Int(1),
        issued_by: IssuedBy::Gateway,
        session,
        generation,
        issued_at: None,
        expires_at: None,
        digest: None,
        scopes: Vec::new(),
        roles: Vec::new(),
    }
}

fn session(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// What is due after these were seen, in the order of sessions.
fn due(confirmations: &Confirmations, seen: &[(u128, i32)]) -> Vec<(u128, i32)> {
    for (number, generation) in seen {
        confirmations.saw(&token(Some(session(*number)), Some(*generation)));
    }
    let mut due: Vec<_> =
        confirmations.take().into_iter().map(|(id, generation)| (id.as_u128(), generation)).collect();
    due.sort_unstable();
    due
}

#[test]
fn the_highest_generation_of_each_session_is_due_once() {
    let confirmations = Confirmations::default();
    assert_eq!(due(&confirmations, &[(1, 2), (1, 1), (2, 5), (1, 3), (1, 2)]), [(1, 3), (2, 5)]);
    assert_eq!(due(&confirmations, &[(1, 3), (1, 2), (2, 5)]), []);
    assert_eq!(due(&confirmations, &[(1, 4), (2, 5)]), [(1, 4)]);
}

#[test]
fn a_first_generation_and_a_token_of_no_session_say_nothing() {
    let confirmations = Confirmations::default();
    assert_eq!(due(&confirmations, &[(1, 0), (2, -1)]), []);
    for (id, generation) in [(None, Some(3)), (Some(session(1)), None), (None, None)] {
        confirmations.saw(&token(id, generation));
    }
    assert_eq!(confirmations.take(), []);
}

#[test]
fn what_could_not_be_stored_waits_and_never_goes_back() {
    let confirmations = Confirmations::default();
    confirmations.put(session(1), 4);
    confirmations.put(session(1), 3);
    assert_eq!(confirmations.take(), [(session(1), 4)]);
}

#[test]
fn no_more_are_kept_than_there_is_room_for() {
    let confirmations = Confirmations::default();
    for number in 0..=MOST_DUE {
        confirmations.put(session(number as u128), 1);
    }
    // Those that are there are still raised.
    confirmations.put(session(0), 7);
    let due = confirmations.take();
    assert_eq!(due.len(), MOST_DUE);
    assert!(due.contains(&(session(0), 7)));
}
