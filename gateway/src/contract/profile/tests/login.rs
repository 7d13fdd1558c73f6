//! `[legacy.users]`, `[auth]` and the routes in it.

use std::time::Duration;

use super::{super::users::IdKind, LEAST, check, parse};
use crate::{
    auth::rehash::Rehash,
    contract::profile::auth::{BodyForm, FieldKind, Networks, Presence, Purpose, TakenAnswers, TokenFormat},
};

#[test]
fn what_is_said_of_users_must_make_sense() {
    for (text, told) in CASES {
        let report = parse(&format!("{LEAST}{text}")).expect_err(text).to_string();
        for told in *told {
            assert!(
                report.contains(told),
                "\n--- written ---\n{text}\n--- expected ---\n{told}\n--- told ---\n{report}"
            );
        }
    }
}

/// What is written, and some of what is told.
const CASES: &[(&str, &[&str])] = &[
    (
        "[legacy.users]",
        &[
            "`users` has no `table`",
            "`users` has no `id`",
            "`users` has no `login`",
            "help: add `password = { column = \"hashed_password\" }`",
        ],
    ),
    (
        r#"[legacy.users]
table = "a.b.c"
id = { column = "", type = "serial" }
login = []
login_case = "upper"
password = { column = "hash", key = "user_id", new = "rot13", long = "cut", transform = "prefix:", sort = 1 }
active = { column = "x", equals = 1.5 }
emial = 1"#,
        &[
            "`a.b.c` is not the name of a table",
            "the name is empty",
            "`serial` is not a type of ids",
            "nobody could be found without a column to look in",
            "`upper` is not a rule for the case of a login",
            "there is no other table whose `key` it could be",
            "`rot13` is not a form of hash",
            "`cut` is not a rule for long passwords",
            "`prefix:` is not a transform",
            "`sort` in `password` is unknown",
            "`equals` must be a boolean, an integer or text, not a float",
            "`emial` in `users` is unknown",
        ],
    ),
    (
        r#"[auth]
issuer = ""
access = "1s"
format = "jwt"
extra_claims = { sub = "id" }
refresh = { idle = "30d", longest = "1d" }
bridge = "mnit"
follow_idle = 60"#,
        &[
            "the text is empty",
            "`1s` is too short for `access`",
            "`jwt` is not a format of tokens",
            "`sub` is a claim of every token",
            "`longest` is shorter than `idle`",
            "help: did you mean `\"mint\"`?",
            "`follow_idle` has no unit",
        ],
    ),
    (
        r#"[[auth.login]]
route = "GET /x{"
body = "oauth2"
fields = {}
answer = '{"t":{token}}'
[[auth.login]]
route = "WS /live"
body = "form"
status = 404
answer = '{"t":"{access_token}"}'
wrong = { status = 200, body = "{}" }
fields = { "user.name" = { is = "login" }, password = { column = "p", is = "password" }, b = { optional = true, default = 1 } }"#,
        &[
            "the fields of `OAuth2PasswordRequestForm` are known",
            "`{token}` stands for nothing here",
            "`login` has no `wrong`",
            "`WS /live` is no route that a handler answers",
            "`404` is out of range for `status`",
            "the answer is not JSON once it is filled",
            "`200` is out of range for `status`",
            "what a field is says where it goes",
            "a field with a default is optional already",
        ],
    ),
    (
        r#"[[auth.login]]
route = "POST /login"
body = "form"
answer = '{"t":{access_token}}'
wrong = { status = 401, body = "{}" }
fields = { "user.name" = { is = "login" }, pass = { pattern = "(" } }
[[auth.register]]
route = "POST /users"
body = "json"
answer = '{"id":{user.id}}'
taken = { email = { status = 400 } }
fields = { password = { is = "password" }, again = { is = "password" }, new = { is = "new_password" } }"#,
        &[
            "write a regular expression that Rust's `regex` reads",
            "two fields are the `password`",
            "this route has no use for a `new_password`",
            "`email` has no `body`",
        ],
    ),
    (
        r#"[[auth.login]]
route = "POST /login"
body = "form"
answer = '{"t":{access_token}}'
wrong = { status = 401, body = "{}" }
fields = { "user.name" = { is = "login" }, pass = { is = "password" } }"#,
        &["`user.name` cannot be a field of a form"],
    ),
];

#[test]
fn without_a_section_nobody_is_let_in_and_nothing_changes() {
    let profile = parse(LEAST).expect("a profile");
    assert_eq!(profile.users, None);
    let auth = profile.auth;
    assert!(auth.logins.is_empty() && auth.registers.is_empty() && auth.mes.is_empty());
    assert_eq!((auth.access, auth.format, auth.rehash), (None, TokenFormat::Own, Rehash::Side));
}

#[test]
fn logins_are_throttled_unless_a_reason_is_written() {
    let read =
        |text: &str| parse(&format!("{LEAST}[auth.throttle]\n{text}")).expect("a profile").auth.throttle;
    let usual = parse(LEAST).expect("a profile").auth.throttle;
    assert_eq!((usual.free, usual.per_hour, usual.networks), (5, 100, Networks::Public));
    assert_eq!((usual.longest, &usual.off), (Duration::from_mins(1), &None));
    assert_eq!(read(""), usual);
    let all = "free = 3\nlongest = \"2m\"\nper_hour = 50\nnetwork = 1000\nsite = 2000\noverall = 9\nregister = 7\nnetworks = \"all\"";
    let written = read(all);
    assert_eq!((written.free, written.longest, written.per_hour), (3, Duration::from_mins(2), 50));
    assert_eq!((written.network, written.site, written.overall, written.register), (1000, 2000, 9, 7));
    assert_eq!((written.networks, read("off = \"x\"").off), (Networks::All, Some("x".to_owned())));
    let wrong = "off = \" \"\nfree = 0\nlongest = \"2h\"\nnetworks = \"private\"";
    let told = parse(&format!("{LEAST}[auth.throttle]\n{wrong}")).expect_err("four mistakes").to_string();
    for mistake in [
        "no reason is given",
        "`0` is out of range for `free`",
        "`2h` is too long for `longest`",
        "`private` is not a choice of addresses",
    ] {
        assert!(told.contains(mistake), "{told}");
    }
}

#[test]
fn the_users_and_routes_of_the_sample_are_described() {
    let profile = parse(super::SAMPLE).expect("the sample");
    let users = profile.users.expect("users");
    assert_eq!((users.table.to_string().as_str(), users.id.kind), ("users", IdKind::Int));
    assert_eq!(users.password.companion(), None);
    assert_eq!(profile.auth.refresh.grace, Duration::from_secs(30));
    let [form, json] = profile.auth.logins.as_slice() else { panic!("two logins") };
    assert_eq!((form.body.form, json.body.form), (BodyForm::OAuth2, BodyForm::Json));
    assert!(form.answer.has_tokens() && form.inactive.is_some());
    let [register] = profile.auth.registers.as_slice() else { panic!("one registration") };
    assert_eq!(register.answer.columns(), ["id", "email", "full_name", "is_active", "created_at"]);
    assert!(matches!(register.taken, TakenAnswers::Always(_)));
    let purposes: Vec<_> = register.body.fields.iter().map(|field| field.purpose.clone()).collect();
    let column = |name: &str| Purpose::Column(name.to_owned());
    assert_eq!(purposes, [column("email"), Purpose::Password, column("full_name")]);
    let name = &register.body.fields[2];
    assert!(name.nullable && name.presence == Presence::Optional);
    let FieldKind::Text(limits) = &name.kind else { panic!("a text") };
    assert_eq!(limits.max_length, Some(255));
    check(
        &format!("{LEAST}[auth.passwords]\nbreeched = 1"),
        "legacy.toml:11:1: `breeched` in `passwords` is unknown
11 | breeched = 1
   | ^^^^^^^^
help: did you mean `breached`? known here: `breached`, `breached_answer`",
    );
}
