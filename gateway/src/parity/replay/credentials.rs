//! Whose recorded password stands for which real one.
//!
//! A recording has no passwords, only what stands in their places. For a login that succeeded then, the real one is
//! sent instead, and from there on wherever the same stand-in is.

use std::collections::HashMap;

use super::anatomy::{self, Spot, Way};
use crate::parity::exchange::Exchange;

/// Recorded stand-ins with the real passwords, by users for whom one was given, or with real keys, by `header x-api-key`;
/// and those who stand nowhere in the recording.
pub fn replaced(
    exchanges: &[Exchange],
    given: &[(String, String)],
) -> (HashMap<String, String>, Vec<String>) {
    let mut replaced = HashMap::new();
    let mut missed = Vec::new();
    for (user, password) in given {
        if let Some(name) = user.strip_prefix("header ") {
            let keys = sent_in(exchanges, name);
            if keys.is_empty() {
                missed.push(user.clone());
            }
            replaced.extend(keys.into_iter().map(|key| (key, password.clone())));
            continue;
        }
        let said_when = |fits: fn(&Exchange) -> bool| {
            let logins = exchanges.iter().filter(|exchange| fits(exchange));
            logins.flat_map(|exchange| recorded_of(exchange, user)).collect::<Vec<_>>()
        };
        let mut recorded = said_when(has_succeeded);
        if recorded.is_empty() {
            recorded = said_when(is_locked_out);
        }
        if recorded.is_empty() {
            missed.push(user.clone());
        }
        for stand_in in recorded {
            // HTTP Basic says both in one text (RFC 7617 section 2).
            let real = if stand_in.starts_with(&format!("{user}:")) {
                format!("{user}:{password}")
            } else {
                password.clone()
            };
            replaced.insert(stand_in, real);
        }
    }
    (replaced, missed)
}

/// The right password of somebody who may not come in: what a wrong one gets is 401.
fn is_locked_out(exchange: &Exchange) -> bool {
    exchange.answered().is_some_and(|answered| matches!(answered.status, 400 | 403))
}

/// Keys that opened something; a wrong one is sent as it is.
fn sent_in(exchanges: &[Exchange], name: &str) -> Vec<String> {
    let successes = exchanges.iter().filter(|exchange| has_succeeded(exchange));
    successes.filter_map(|exchange| exchange.request.header(name)).map(str::to_owned).collect()
}

fn has_succeeded(exchange: &Exchange) -> bool {
    exchange.answered().is_some_and(|answered| answered.status < 400)
}

/// What a request that names the user says in the place of the password.
fn recorded_of(exchange: &Exchange, user: &str) -> Vec<String> {
    let mut names_user = false;
    let mut secrets = Vec::new();
    let mut basic = Vec::new();
    let _ = anatomy::request(&exchange.route, &exchange.request, &mut |spot: &Spot, text: &str| {
        // What stands in a longer text is a part of a password, if anything.
        if spot.way == Way::Word {
            return None;
        }
        let name = spot.name.to_ascii_lowercase();
        names_user |= text == user;
        // A new password is the client's own, and stays what it is.
        if ["password", "passwd", "pass", "pwd", "current_password", "old_password"].contains(&name.as_str())
        {
            secrets.push(text.to_owned());
        }
        if name == "authorization" && text.starts_with(&format!("{user}:")) {
            basic.push(text.to_owned());
        }
        None
    });
    if !names_user {
        secrets.clear();
    }
    secrets.extend(basic);
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parity::replay::sample::{answer, exchange};

    #[test]
    fn a_login_that_succeeded_gives_its_stand_in_the_real_password() {
        let form = "content-type: application/x-www-form-urlencoded";
        let json = "content-type: application/json";
        let exchanges = [
            exchange(
                1,
                "POST /login",
                "/login",
                &[form],
                "username=ada&password=wr0ng",
                answer(401, &[], ""),
            ),
            exchange(
                2,
                "POST /login",
                "/login",
                &[form],
                "username=ada&password=p%40ss",
                answer(200, &[], "{}"),
            ),
            exchange(
                3,
                "POST /session",
                "/session",
                &[json],
                r#"{"user": "bob", "password": "b0b"}"#,
                answer(201, &[], "{}"),
            ),
            exchange(4, "GET /me", "/me", &["authorization: Basic YWRhOnBAc3M="], "", answer(200, &[], "{}")),
            exchange(5, "GET /me", "/me", &["X-API-Key: k3y"], "", answer(200, &[], "{}")),
            exchange(6, "GET /me", "/me", &["X-API-Key: wr0ng"], "", answer(403, &[], "{}")),
        ];
        let given = |user: &str| (user.to_owned(), format!("real-{user}"));
        let (found, missed) =
            replaced(&exchanges, &[given("ada"), given("bob"), given("eve"), given("header x-api-key")]);
        let mut found: Vec<_> =
            found.iter().map(|(stand_in, real)| (stand_in.as_str(), real.as_str())).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("ada:p@ss", "ada:real-ada"),
                ("b0b", "real-bob"),
                ("k3y", "real-header x-api-key"),
                ("p@ss", "real-ada")
            ]
        );
        assert_eq!(missed, ["eve"]);
    }
}
