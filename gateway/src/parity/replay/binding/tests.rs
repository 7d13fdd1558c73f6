//! What is bound, to whom, and above all what is not.

use super::*;
use crate::parity::{
    exchange::Exchange,
    replay::sample::{answer, exchange},
};

const UUID: &str = "6f1f6a4e-8c0e-4d2a-9d5e-2b8a4f6c1d3e";

/// `3 target /2 <- 1 body $.id`, for every need.
fn bound(exchanges: &[Exchange]) -> Vec<String> {
    let all: Vec<_> = exchanges.iter().collect();
    let needs = needs(&all);
    let lines = needs.iter().flat_map(|(id, needs)| {
        needs.0.iter().map(move |(place, need)| {
            let source = &need.sources[0];
            format!("{id} {place} <- {} {}", source.exchange, source.place)
        })
    });
    lines.collect()
}

fn get(id: u64, target: &str) -> Exchange {
    exchange(id, &format!("GET {target}"), target, &[], "", answer(200, &[], ""))
}

fn of(id: u64, route: &str, target: &str, status: u16, body: &str) -> Exchange {
    exchange(id, route, target, &[], "", answer(status, &[], body))
}

#[test]
fn what_a_client_chose_is_not_bound() {
    let body = format!(r#"{{"id": "{UUID}"}}"#);
    let put = exchange(1, "PUT /items/{id}", &format!("/items/{UUID}"), &[], &body, answer(200, &[], &body));
    assert_eq!(
        bound(&[put, of(2, "GET /items/{id}", &format!("/items/{UUID}"), 200, "")]),
        Vec::<String>::new()
    );
}

#[test]
fn words_and_small_numbers_are_not_bound_by_accident() {
    let given = r#"{"status": "open", "count": 7, "page": 1, "ok": true, "total": 12345, "name": "Groceries",
        "day": "2026-11-22", "none": null, "price": 19.99, "version": "1.10.2"}"#;
    let target = "/search?status=open&limit=7&page=1&ok=true&min=12345&q=Groceries&day=2026-11-22&price=19.99&v=1.10.2";
    assert_eq!(bound(&[of(1, "GET /x", "/x", 200, given), get(2, target)]), Vec::<String>::new());
}

#[test]
fn numbers_of_two_kinds_are_bound_apart() {
    let exchanges = [
        of(1, "POST /tasks", "/tasks", 201, r#"{"id": 7}"#),
        of(2, "POST /tags", "/tags", 201, r#"{"id": 7}"#),
        of(3, "GET /tasks/{task_id}", "/tasks/7", 200, r#"{"id": 7, "tags": [{"id": 7}]}"#),
        of(4, "GET /tags/{id}", "/tags/7", 200, ""),
        of(5, "GET /search", "/search?tag_id=7&taskId=7&user_id=7&number=7", 200, ""),
    ];
    let expected = [
        "3 target /2 <- 1 body $.id",
        "4 target /2 <- 2 body $.id",
        "5 target ?tag_id <- 2 body $.id",
        "5 target ?taskId <- 1 body $.id",
    ];
    assert_eq!(bound(&exchanges), expected);
}

#[test]
fn another_name_for_the_only_thing_of_that_number_is_bound() {
    let exchanges = [
        of(1, "POST /users", "/users", 201, r#"{"id": 41}"#),
        exchange(2, "POST /tasks", "/tasks", &[], r#"{"owner_id": 41}"#, answer(201, &[], "")),
    ];
    assert_eq!(bound(&exchanges), ["2 body $.owner_id <- 1 body $.id"]);
}

#[test]
fn a_number_that_was_asked_for_in_vain_and_then_given_is_bound() {
    let exchanges = [
        of(1, "GET /tasks/{id}", "/tasks/7", 404, "{}"),
        of(2, "POST /tasks", "/tasks", 201, r#"{"id": 7}"#),
        of(3, "GET /tasks/{id}", "/tasks/7", 200, ""),
    ];
    assert_eq!(bound(&exchanges), ["3 target /2 <- 2 body $.id"]);
}

#[test]
fn a_number_that_is_given_again_after_it_was_deleted_is_the_new_one() {
    let exchanges = [
        of(1, "POST /tasks", "/tasks", 201, r#"{"id": 7}"#),
        of(2, "DELETE /tasks/{id}", "/tasks/7", 204, ""),
        of(3, "POST /tasks", "/tasks", 201, r#"{"id": 7}"#),
        of(4, "GET /tasks/{id}", "/tasks/7", 200, ""),
    ];
    assert_eq!(bound(&exchanges)[1], "4 target /2 <- 3 body $.id");
}

#[test]
fn only_who_had_ended_can_have_given_it() {
    let mut slow = of(1, "POST /items", "/items", 201, &format!(r#"{{"id": "{UUID}"}}"#));
    slow.took = 1_000;
    let asked = of(2, "GET /items/{id}", &format!("/items/{UUID}"), 200, "");
    assert_eq!(bound(&[slow, asked]), Vec::<String>::new());
}

#[test]
fn the_version_is_that_of_the_thing_that_is_changed() {
    let versioned = |id, target: &str| {
        exchange(id, "GET /tasks/{id}", target, &[], "", answer(200, &["ETag: \"1\""], ""))
    };
    let change = exchange(3, "PUT /tasks/{id}", "/tasks/aa", &["If-Match: \"1\""], "", answer(204, &[], ""));
    let bound = bound(&[versioned(1, "/tasks/aa"), versioned(2, "/tasks/bb"), change]);
    assert_eq!(bound, ["3 header if-match 0 <- 1 header etag 0"]);
}

#[test]
fn one_of_a_few_words_that_come_all_the_time_is_not_bound() {
    let page = |id| of(id, "GET /plans", "/plans", 200, r#"{"plan": "basic-2024-eu"}"#);
    let mut exchanges: Vec<_> = (1..=20).map(page).collect();
    exchanges.push(get(21, "/plans?plan=basic-2024-eu"));
    assert_eq!(bound(&exchanges), Vec::<String>::new());
    // Seen once, it may be anything.
    assert_eq!(bound(&exchanges[19..]).len(), 1);
}

#[test]
fn a_token_is_bound_wherever_it_is_sent() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJlLW9mLXRoaXM";
    let login = of(1, "POST /login", "/login", 200, &format!(r#"{{"access_token": "{token}"}}"#));
    let asked = exchange(
        2,
        "GET /me",
        &format!("/me?access_token={token}"),
        &[&format!("Authorization: Bearer {token}"), &format!("Cookie: a=b; session={token}")],
        "",
        answer(200, &[], ""),
    );
    let expected = [
        "2 header authorization token <- 1 body $.access_token",
        "2 header cookie session <- 1 body $.access_token",
        "2 target ?access_token <- 1 body $.access_token",
    ];
    assert_eq!(bound(&[login, asked]), expected);
}
