//! Whose recorded password stands for which real one.
//!
//! A recording has no passwords, only what stands in their places. For a login that succeeded then, the real one is
//! sent instead, and from there on wherever the same stand-in is.

use std::collections::HashMap;

use super::{
    anatomy::{self, Spot, Way},
    graph::Graph,
};
use crate::parity::exchange::Exchange;

/// Recorded stand-ins with the real passwords, by users for whom one was given, or with real keys and tokens, by
/// `header x-api-key`, `cookie session` or `session 3a28da8013106d98 header authorization`; and those who stand nowhere
/// in the recording.
pub fn replaced(
    exchanges: &[Exchange],
    graph: &Graph,
    given: &[(String, String)],
) -> (HashMap<String, String>, Vec<String>) {
    let mut replaced = HashMap::new();
    let mut missed = Vec::new();
    for (user, password) in given {
        if let Some(place) = Place::of(user) {
            let keys = place.sent(exchanges, graph);
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

/// Where a client shows what it had before the recording began.
struct Place<'p> {
    session: Option<&'p str>,
    header: String,
    cookie: Option<&'p str>,
}

impl<'p> Place<'p> {
    fn of(text: &'p str) -> Option<Self> {
        let (session, place) = match text.strip_prefix("session ") {
            Some(rest) => rest.split_once(' ').map(|(session, place)| (Some(session), place))?,
            None => (None, text),
        };
        if let Some(name) = place.strip_prefix("cookie ") {
            return Some(Self { session, header: "cookie".to_owned(), cookie: Some(name) });
        }
        let header = place.strip_prefix("header ")?.to_ascii_lowercase();
        Some(Self { session, header, cookie: None })
    }

    /// Values that opened something; a wrong one is sent as it is, and one that an answer gave is that of the live side.
    fn sent(&self, exchanges: &[Exchange], graph: &Graph) -> Vec<String> {
        let fits = |exchange: &&Exchange| {
            self.session.is_none_or(|session| session == exchange.session) && has_succeeded(exchange)
        };
        let mut sent = Vec::new();
        for exchange in exchanges.iter().filter(fits) {
            let whole = match self.cookie {
                None => format!("header {}", self.header),
                Some(name) => format!("header cookie {name}"),
            };
            let needs = graph.steps.get(&exchange.id).map(|step| &step.needs.0);
            if needs.is_some_and(|needs| needs.keys().any(|place| place.starts_with(&whole))) {
                continue;
            }
            let _ = anatomy::request(&exchange.route, &exchange.request, &mut |spot: &Spot, text: &str| {
                (spot.place == whole).then(|| sent.push(text.to_owned()));
                None
            });
        }
        sent
    }
}

fn has_succeeded(exchange: &Exchange) -> bool {
    exchange.answered().is_some_and(|answered| answered.status < 400)
}

/// Whether a request says a password, by the name of the place.
pub(super) fn is_login(exchange: &Exchange) -> bool {
    let mut is_login = false;
    let _ = anatomy::request(&exchange.route, &exchange.request, &mut |spot: &Spot, _: &str| {
        is_login |= spot.way != Way::Word && is_password(&spot.name.to_ascii_lowercase());
        None
    });
    is_login
}

/// A new password is the client's own, and stays what it is.
fn is_password(name: &str) -> bool {
    ["password", "passwd", "pass", "pwd", "current_password", "old_password"].contains(&name)
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
        if is_password(&name) {
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
    use crate::parity::replay::{
        graph::Order,
        sample::{answer, exchange},
    };

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
        let graph = Graph::of(&exchanges, Order::Recorded, &|_| true);
        let given = |user: &str| (user.to_owned(), format!("real-{user}"));
        let (found, missed) = replaced(
            &exchanges,
            &graph,
            &[given("ada"), given("bob"), given("eve"), given("header x-api-key")],
        );
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

    #[test]
    fn what_was_shown_from_the_beginning_is_replaced_by_session_and_what_was_given_is_not() {
        let asked = |id, session: &str, line: &str, status, body: &str| Exchange {
            session: session.to_owned(),
            ..exchange(id, "GET /me", "/me", &[line], "", answer(status, &[], body))
        };
        let exchanges = [
            asked(1, "one", "authorization: Bearer aaaa1111", 200, r#"{"token": "cccc3333"}"#),
            asked(2, "two", "authorization: Bearer bbbb2222", 200, ""),
            asked(3, "one", "authorization: Bearer cccc3333", 200, ""),
            asked(4, "two", "cookie: theme=dark; sid=dddd4444", 200, ""),
            asked(5, "two", "cookie: sid=eeee5555", 401, ""),
        ];
        let graph = Graph::of(&exchanges, Order::Recorded, &|_| true);
        let names = [
            "session one header Authorization",
            "session two header authorization",
            "session three header authorization",
            "cookie sid",
            "session one cookie sid",
        ];
        let given: Vec<_> = names.iter().map(|name| ((*name).to_owned(), format!("real {name}"))).collect();
        let (found, missed) = replaced(&exchanges, &graph, &given);
        let mut found: Vec<_> =
            found.iter().map(|(recorded, real)| (recorded.as_str(), real.as_str())).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("Bearer aaaa1111", "real session one header Authorization"),
                ("Bearer bbbb2222", "real session two header authorization"),
                ("dddd4444", "real cookie sid"),
            ]
        );
        assert_eq!(missed, [names[2], names[4]]);
    }
}
