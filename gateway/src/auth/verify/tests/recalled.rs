//! Tokens that have expired: what they still say of whoever holds them, and that they let nobody in.

use serde_json::json;

use super::{own::Own, *};

const DAY: f64 = 86_400.0;

fn recalled(verifier: &Verifier, token: &str, now: f64) -> Option<Subject> {
    let presented = Presented::alone("Bearer", token).expect("three parts");
    match verifier.recall_at(&presented, 90.0 * DAY, now)? {
        Accepted::User(principal) => Some(principal.subject().clone()),
        Accepted::ByName { token, .. } => Some(token.subject.clone()),
    }
}

#[test]
fn a_token_is_recalled_for_as_long_as_was_said_and_no_longer() {
    let own = Own::new();
    let legacy = signed(HEADER, r#"{"sub":"7","exp":1800000600}"#, SECRET);
    let mut claims = own::claims();
    claims.insert("exp".to_owned(), json!(1_800_000_600));
    for token in [legacy, own.signed(&own.header(), &claims.into())] {
        let end = NOW + 600.0;
        for now in [NOW, end - 1.0, end, end + 1.0, end + 90.0 * DAY - 1.0] {
            assert_eq!(recalled(&own.verifier, &token, now), Some(Subject::Int(7)), "{}", now - end);
        }
        for now in [end + 90.0 * DAY, end + 900.0 * DAY] {
            assert_eq!(recalled(&own.verifier, &token, now), None, "{}", now - end);
        }
        // It has been looked at in between, and is as expired as before.
        let expired = Err("expired".to_owned());
        assert_eq!(verdict_of(&own.verifier, &format!("Bearer {token}"), end), expired);
    }
}

#[test]
fn what_was_never_good_is_not_recalled() {
    let verifier = verifier();
    let now = NOW + DAY;
    for (header, claims, secret) in [
        (HEADER, CLAIMS, "another secret of thirty-two bytes"),
        (r#"{"alg":"none"}"#, CLAIMS, SECRET),
        (HEADER, r#"{"sub":"7","exp":1800000060,"gwb":1}"#, SECRET),
        (HEADER, r#"{"sub":"7","exp":1800000060,"nbf":1800000100}"#, SECRET),
        (HEADER, r#"{"sub":"7","exp":"1800000060"}"#, SECRET),
        (HEADER, r#"{"sub":"7"}"#, SECRET),
        (HEADER, r#"{"sub":"x","exp":1800000060}"#, SECRET),
        (HEADER, r#"{"sub":"7","exp":0}"#, SECRET),
    ] {
        assert_eq!(recalled(&verifier, &signed(header, claims, secret), now), None, "{header} {claims}");
    }
    assert_eq!(recalled(&verifier, &signed(HEADER, CLAIMS, SECRET), now), Some(Subject::Int(7)));
}

/// Whoever has the secret that was given up could sign for any moment before.
#[test]
fn nothing_of_a_profile_that_was_given_up_is_recalled() {
    let verifier = verifier_of(&[&format!("{ACCESS}\naccept_until = \"2027-01-15T08:30:00Z\"")]);
    let token = signed(HEADER, CLAIMS, SECRET);
    assert_eq!(recalled(&verifier, &token, NOW + 1_000.0), Some(Subject::Int(7)));
    assert_eq!(recalled(&verifier, &token, NOW + 1_800.0), None);
}

#[test]
fn the_time_by_which_a_token_is_judged_is_that_of_the_clock() {
    let verifier = verifier();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let days = |days: u64| days * 86_400;
    for (expires, is_good, is_recalled) in [
        (seconds + 600, true, true),
        (seconds - 600, false, true),
        (seconds - days(89), false, true),
        (seconds - days(91), false, false),
    ] {
        let claims = format!(r#"{{"sub":"7","iat":{},"exp":{expires}}}"#, seconds - days(92));
        let token = signed(HEADER, &claims, SECRET);
        let presented = Presented::alone("Bearer", &token).expect("three parts");
        assert_eq!(verifier.verify(&presented).is_ok(), is_good, "{claims}");
        let within = Duration::from_secs(days(90));
        assert_eq!(verifier.recall(&presented, within).is_some(), is_recalled, "{claims}");
    }
}
