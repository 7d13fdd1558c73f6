//! `[[legacy.tokens]]`.

use super::check;

#[test]
fn a_token_is_described_completely() {
    for (text, report) in CASES {
        check(&format!("{BEFORE}{text}"), report);
    }
}

const BEFORE: &str = r#"schema = 1
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
"#;

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "none"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `none` is no signature: anybody could write such a token
7 | algorithm = "none"
  |             ^^^^^^
help: write `"HS256"`, `"HS384"`, `"HS512"`, `"RS256"`, `"RS384"`, `"RS512"`, `"PS256"`, `"PS384"`, `"PS512"`, `"ES256"`, `"ES384"` or `"EdDSA"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "ES512"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `ES512` is not available
7 | algorithm = "ES512"
  |             ^^^^^^^
help: write `"HS256"`, `"HS384"`, `"HS512"`, `"RS256"`, `"RS384"`, `"RS512"`, `"PS256"`, `"PS384"`, `"PS512"`, `"ES256"`, `"ES384"` or `"EdDSA"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "hs256"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `hs256` is not an algorithm for tokens
7 | algorithm = "hs256"
  |             ^^^^^^^
help: did you mean `"HS256"`? possible: `"HS256"`, `"HS384"`, `"HS512"`, `"RS256"`, `"RS384"`, `"RS512"`, `"PS256"`, `"PS384"`, `"PS512"`, `"ES256"`, `"ES384"` or `"EdDSA"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "SHA"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `SHA` is not an algorithm for tokens
7 | algorithm = "SHA"
  |             ^^^^^
help: write `"HS256"`, `"HS384"`, `"HS512"`, `"RS256"`, `"RS384"`, `"RS512"`, `"PS256"`, `"PS384"`, `"PS512"`, `"ES256"`, `"ES384"` or `"EdDSA"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
subject = "sub:int"
require = ["exp"]
alg = "HS256""#,
        r#"legacy.toml:5:1: `tokens` has no `algorithm`
5 | [[legacy.tokens]]
  | ^^^^^^^^^^^^^^^^^
help: add `algorithm = "HS256"`

legacy.toml:9:1: `alg` in `tokens` is unknown
9 | alg = "HS256"
  | ^^^
help: did you mean `algorithm`? known here: `name`, `scheme`, `algorithm`, `secret_file`, `kid`, `public_key_file`, `subject`, `require` and 7 more"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub"
require = ["exp"]"#,
        r#"legacy.toml:8:11: `sub` does not say which claim names the user, and of which kind it is
8 | subject = "sub"
  |           ^^^^^
help: write `claim:kind`, where kind is `int`, `uuid`, `text` or `lookup(table.column)`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:integer"
require = ["exp"]"#,
        r#"legacy.toml:8:11: `integer` is not a kind of subject
8 | subject = "sub:integer"
  |           ^^^^^^^^^^^^^
help: write `claim:kind`, where kind is `int`, `uuid`, `text` or `lookup(table.column)`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "username:lookup(users)"
require = ["exp"]"#,
        r#"legacy.toml:8:11: `lookup(users)` does not name a table and its column
8 | subject = "username:lookup(users)"
  |           ^^^^^^^^^^^^^^^^^^^^^^^^
help: write `claim:kind`, where kind is `int`, `uuid`, `text` or `lookup(table.column)`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = "exp""#,
        r#"legacy.toml:9:11: `require` must be a list, not text
9 | require = "exp"
  |           ^^^^^
help: write `require = ["exp"]`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp", "", "exp"]"#,
        r#"legacy.toml:9:19: the claim has no name
9 | require = ["exp", "", "exp"]
  |                   ^^
help: write the name of a claim, as in `"exp"`

legacy.toml:9:23: `exp` is listed twice
9 | require = ["exp", "", "exp"]
  |                       ^^^^^
help: keep one of the two"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
leeway = "10m""#,
        r#"legacy.toml:10:10: `10m` is too long for `leeway`
10 | leeway = "10m"
   |          ^^^^^
help: write at most `"5m"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
leeway = 30"#,
        r#"legacy.toml:10:10: `leeway` has no unit
10 | leeway = 30
   |          ^^
help: write a number with a unit, as in `"30s"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
scheme = "Bearer ""#,
        r#"legacy.toml:10:10: `Bearer ` is not the word of a scheme
10 | scheme = "Bearer "
   |          ^^^^^^^^^
help: write one word, as in `"Bearer"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
secret = "hunter2""#,
        "legacy.toml:10:1: a secret does not belong into this file
10 | secret =**********
   | ^^^^^^
help: remove it and set `LEGACY_JWT_SECRET`, or write `secret_file = \"/run/secrets/jwt\"`",
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
lifetime = 8
public_key_file = "legacy.pem"
accept_until = "tomorrow"
aud = []"#,
        r#"legacy.toml:10:12: `lifetime` has no unit
10 | lifetime = 8
   |            ^
help: write a number with a unit, as in `"30m"`

legacy.toml:11:19: tokens of HS256 are verified with a secret, not with a public key
11 | public_key_file = "legacy.pem"
   |                   ^^^^^^^^^^^^
help: remove it, or correct `algorithm`

legacy.toml:12:16: `tomorrow` is not a moment
12 | accept_until = "tomorrow"
   |                ^^^^^^^^^^
help: write it in UTC, as in `"2027-01-31T00:00:00Z"`

legacy.toml:13:7: the list is empty
13 | aud = []
   |       ^^
help: write it as in `aud = "fastapi-users:auth"`, or remove it"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "RS256"
subject = "sub:int"
require = ["exp"]
secret_file = "/run/secrets/jwt""#,
        r#"legacy.toml:5:1: `tokens` has no `public_key_file`
5 | [[legacy.tokens]]
  | ^^^^^^^^^^^^^^^^^
help: add `public_key_file = "/etc/gateway/legacy.pem"`

legacy.toml:10:15: tokens of RS256 are verified with a public key, not with a secret
10 | secret_file =*******************
   |               ^^^^^^^^^^^^^^^^^^
help: remove it and write `public_key_file = "/etc/gateway/legacy.pem"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
secret_file = ["a", "b", "c", "d"]
[[legacy.tokens]]
name = "named"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
secret_file = ["e", "f"]
kid = "2026""#,
        r#"legacy.toml:7:13: 4 keys would be tried on each token, because none says which it means
7 | algorithm = "HS256"
  |             ^^^^^^^
help: name at most 3, or write what `kid` their tokens have

legacy.toml:17:7: there are 1 names for 2 keys
17 | kid = "2026"
   |       ^^^^^^
help: write one `kid` for each key, in the order of the files"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[[legacy.tokens]]
name = "again"
algorithm = "HS256"
subject = "sub:text"
require = ["exp", "iat"]
[[legacy.tokens]]
name = "longer"
algorithm = "HS512"
subject = "user_id:int"
require = ["exp"]"#,
        r#"legacy.toml:10:1: `again` and `access` could take the same token
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: remove one of the two, or tell their tokens apart with `equals`, `aud` or `iss`

legacy.toml:15:1: `longer` and `access` use one key with two algorithms
15 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: write the algorithm that the key is for in both, or give each its own key

legacy.toml:15:1: `longer` and `again` use one key with two algorithms
15 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: write the algorithm that the key is for in both, or give each its own key"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[[legacy.tokens]]
name = "again"
scheme = "Token"
algorithm = "HS256"
subject = "sub:text"
require = ["exp"]"#,
        r#"legacy.toml:10:1: `again` and `access` could take the same token
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: remove one of the two, or tell their tokens apart with `equals`, `aud` or `iss`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:lookup(people.name)"
require = ["exp"]
[legacy.users]
table = "public.users"
id = { column = "id", type = "int" }
login = ["email"]
password = { column = "hashed_password" }"#,
        r#"legacy.toml:5:1: `access` looks for its users with `lookup(people.name)`
5 | [[legacy.tokens]]
  | ^^^^^^^^^^^^^^^^^
help: write a column of the table in `[legacy.users]`, as in `lookup(public.users.name)`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = ""
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:6:8: the name is empty
6 | name = ""
  |        ^^
help: write a name for logs, as in `name = "access"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[[legacy.tokens]]
name = "access""#,
        r#"legacy.toml:10:1: `tokens` has no `algorithm`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `algorithm = "HS256"`

legacy.toml:10:1: `tokens` has no `subject`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `subject = "sub:int"`

legacy.toml:10:1: `tokens` has no `require`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `require = ["exp"]`

legacy.toml:11:8: two tokens are called `access`
11 | name = "access"
   |        ^^^^^^^^
help: give each its own name"#,
    ),
];

#[test]
fn profiles_that_no_token_could_mistake_stand_side_by_side() {
    let token = |name: &str, more: &str| {
        format!("[[legacy.tokens]]\nname = \"{name}\"\nalgorithm = \"HS256\"\nrequire = []\n{more}\n")
    };
    for (left, right) in [
        ("subject = \"sub:int\"", "subject = \"sub:uuid\""),
        ("subject = \"sub:int\"", "subject = \"user_id:int\""),
        ("subject = \"sub:text\"", "subject = \"sub:text\"\nscheme = \"Token\""),
        ("subject = \"sub:text\"\nequals = { t = \"a\" }", "subject = \"sub:text\"\nequals = { t = \"b\" }"),
        ("subject = \"sub:text\"\naud = \"a\"", "subject = \"sub:text\""),
        ("subject = \"sub:text\"\niss = \"a\"", "subject = \"sub:text\"\niss = [\"b\", \"c\"]"),
        ("subject = \"sub:text\"", "subject = \"sub:text\"\nsecret_file = \"old\""),
        ("subject = \"sub:text\"", "subject = \"sub:text\"\nkid = \"2026\""),
    ] {
        let text = format!("{BEFORE}{}{}", token("one", left), token("two", right));
        assert!(super::parse(&text).is_ok(), "{text}");
    }
}
