//! What clients send that is answered in the same bytes by either: everything but a good login.

use super::stand::Ask;

const LOGIN: &str = "/auth/login";
const LOGIN_JSON: &str = "/auth/login/json";
const REGISTER: &str = "/auth/register";
const PASSWORD: &str = "/users/me/password";

pub(super) fn forms() -> Vec<Ask> {
    let long = "x".repeat(3000);
    let bodies = [
        "username=ada@example.com&password=wrong",
        "username=nobody@example.com&password=wrong",
        "username=ADA@example.com&password=correct+horse+battery+staple",
        "username=linus@example.com&password=talk+is+cheap+show+code",
        "username=linus@example.com&password=wrong",
        "",
        "&",
        "username=ada@example.com",
        "password=x",
        "username=&password=",
        "username=ada@example.com&password=",
        "username&password",
        "username=ada@example.com&password=wrong&grant_type=implicit",
        "username=ada@example.com&password=wrong&grant_type=password",
        "username=ada@example.com&password=wrong&grant_type=",
        "username=ada@example.com&password=wrong&grant_type=my+passwords",
        "grant_type=refresh_token&username=ada@example.com",
        "username=ada@example.com&password=wrong&scope=a+b&scope=c&client_id=&client_secret=x",
        "username=x&username=ada@example.com&password=wrong",
        "username=ada%00&password=x",
        "username=%ff%fe&password=%ff",
        "username=ada%40example.com%20&password=correct+horse+battery+staple",
        "username=%F0%9F%92%A9&password=%F0%9F%92%A9",
        "user name=x;password=y",
        "username[]=ada@example.com&password[]=x",
    ];
    let mut asks: Vec<Ask> = bodies.iter().map(|body| Ask::form(LOGIN, *body)).collect();
    asks.push(Ask::form(LOGIN, format!("username=ada@example.com&password={}", "x".repeat(73))));
    asks.push(Ask::form(LOGIN, format!("username={long}&password={long}")));
    asks.push(Ask::json(LOGIN, r#"{"username":"ada@example.com","password":"x"}"#));
    asks.push(Ask::new("POST", LOGIN, "", "username=ada@example.com&password=wrong"));
    asks.push(Ask::new("POST", LOGIN, "text/plain", "username=ada@example.com&password=wrong"));
    let part = |name: &str, more: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let multipart = |body: String| Ask::new("POST", LOGIN, "multipart/form-data; boundary=b", body);
    let whole = part("username", "", "ada@example.com") + &part("password", "", "wrong") + "--b--\r\n";
    asks.push(multipart(whole));
    asks.push(multipart(
        part("username", "; filename=\"a\"", "ada") + &part("password", "", "x") + "--b--\r\n",
    ));
    asks.push(multipart("--b--\r\n".to_owned()));
    asks
}

pub(super) fn objects() -> Vec<Ask> {
    let bodies = [
        r#"{"email":"ada@example.com","password":"wrong"}"#,
        r#"{"email":"nobody@example.com","password":"wrong"}"#,
        r#"{"email":"linus@example.com","password":"talk is cheap show code"}"#,
        r#"{"email":"ada@example.com"}"#,
        r#"{"password":"x"}"#,
        "{}",
        "[]",
        "null",
        "\"text\"",
        "7",
        "",
        "{",
        r#"{"email":"ada@example.com","password":"x",}"#,
        r#"{"email":null,"password":null}"#,
        r#"{"email":1,"password":true}"#,
        r#"{"email":["ada@example.com"],"password":{"a":1}}"#,
        r#"{"email":"no address","password":""}"#,
        r#"{"email":"ada@example.com","password":"x","is_superuser":true}"#,
        r#"{"email":"a","email":"ada@example.com","password":"wrong"}"#,
        r#"{"Email":"ada@example.com","Password":"x"}"#,
        "{\"email\":\"ada\\u0000\",\"password\":\"x\"}",
        // Nearly the password of that user: other code points of the same text, and something behind it.
        "{\"email\":\"zoe@example.com\",\"password\":\"u\\u0308berraschung im cafe\\u0301 \u{2615}\"}",
        "{\"email\":\"zoe@example.com\",\"password\":\"\u{fc}berraschung im caf\u{e9} \u{2615} \"}",
    ];
    let mut asks: Vec<Ask> = bodies.iter().map(|body| Ask::json(LOGIN_JSON, *body)).collect();
    for length in [71, 72, 1025] {
        let password = "x".repeat(length);
        asks.push(Ask::json(LOGIN_JSON, format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#)));
    }
    let form = "email=ada@example.com&password=x";
    asks.push(Ask::form(LOGIN_JSON, form));
    asks.push(Ask::new("POST", LOGIN_JSON, "", bodies[0]));
    asks.push(Ask::new("POST", LOGIN_JSON, "application/vnd.api+json; charset=utf-8", bodies[0]));
    asks
}

/// In this order some of them register somebody.
pub(super) fn registrations() -> Vec<Ask> {
    let mut bodies: Vec<String> = [
        r#"{"email":"first@example.com","password":"long enough","full_name":"Ñandú 🦤"}"#,
        r#"{"email":"first@example.com","password":"long enough"}"#,
        r#"{"email":"ada@example.com","password":"long enough"}"#,
        r#"{"email":"Second@Example.COM","password":"12345678","full_name":null}"#,
        r#"{"email":"second@example.com","password":"12345678"}"#,
        r#"{"email":" third@example.com ","password":"12345678","full_name":""}"#,
        r#"{"email":"fourth@example.com","password":"12345678","id":1,"is_active":false,"hashed_password":"x"}"#,
        r#"{"email":"Joe <joe@example.com>","password":"12345678"}"#,
        r#"{"email":"no address","password":"long enough"}"#,
        r#"{"email":"","password":""}"#,
        r#"{"email":"a@b","password":"short"}"#,
        r#"{"email":"a@example.com","password":"short"}"#,
        r#"{"email":null,"password":null,"full_name":7}"#,
        r#"{"full_name":["x"]}"#,
        "{}",
        "[1]",
        "null",
        "",
        "{\"email\":\"a@example.com\",\"password\":\"long enough\",\"full_name\":\"a\\u0000b\"}",
    ]
    .map(str::to_owned)
    .to_vec();
    let of_password = |password: &str| format!(r#"{{"email":"a@example.com","password":"{password}"}}"#);
    bodies.push(of_password(&"x".repeat(73)));
    bodies.push(of_password(&"é".repeat(37)));
    bodies.push(of_password(&"é".repeat(7)));
    let name = "x".repeat(256);
    bodies.push(format!(r#"{{"email":"a@example.com","password":"long enough","full_name":"{name}"}}"#));
    bodies.into_iter().map(|body| Ask::json(REGISTER, body)).collect()
}

/// Those of a user with this token; the last of them changes the password.
pub(super) fn changes(authorization: &str, old: &str) -> Vec<Ask> {
    let change = |old: &str, new: &str| format!(r#"{{"current_password":"{old}","new_password":"{new}"}}"#);
    let bodies = [
        change("wrong", "longer still"),
        change(old, "short"),
        change(old, &"x".repeat(73)),
        change("", ""),
        "{}".to_owned(),
        "null".to_owned(),
        r#"{"current_password":1,"new_password":2}"#.to_owned(),
        "{".to_owned(),
        change(old, "longer still"),
    ];
    let mut asks = vec![
        Ask::patch(PASSWORD, change(old, "longer still")),
        Ask::patch(PASSWORD, "{}").by("Bearer nonsense"),
        Ask::patch(PASSWORD, "{}").by("Basic abc"),
    ];
    asks.extend(bodies.into_iter().map(|body| Ask::patch(PASSWORD, body).by(authorization)));
    asks
}
