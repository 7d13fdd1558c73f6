//! What is replaced, where, and what stays.

mod canary;
mod generated;
mod samples;

use serde_json::{Value, json};

use samples::{answered, exchange, redacted, redactor};

use super::{Key, Mode, Policy, Redactor, scan::Scanner};
use crate::parity::exchange::{
    Exchange, Outcome,
    content::{Body, Content, Omitted},
};

const UUID: &str = "9999411b-7547-487f-ae3d-c8be92c0dea6";
const TOKEN: &str = "tok9fK2mQx7LpZ4vRw8Ns";

fn json_of(exchange: &Exchange) -> Value {
    let body = &exchange.answered().unwrap().body;
    serde_json::from_slice(body.bytes().unwrap()).unwrap()
}

#[test]
fn one_value_is_one_pseudonym_in_every_position_and_coding() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let wrapped = BASE64_STANDARD.encode(TOKEN);
    let mut exchange = exchange("GET", &format!("/items/{TOKEN}?after=a%20b{TOKEN}&t={TOKEN}&w={wrapped}"));
    exchange.route = "GET /items/{id}".to_owned();
    exchange.request.headers = vec![
        ("Authorization".to_owned(), format!("Bearer {TOKEN}")),
        ("Cookie".to_owned(), format!("theme=dark; id={TOKEN}")),
        ("X-Thing".to_owned(), TOKEN.to_owned()),
        ("If-Match".to_owned(), format!("W/\"{TOKEN}\", \"{TOKEN}\"")),
    ];
    let body = json!({"access_token": TOKEN, "nested": format!("{{\"t\": \"{TOKEN}\"}}"), "link": format!("/items/{TOKEN}?t={TOKEN}"), "wrapped": wrapped});
    exchange.outcome = answered("application/json", &body.to_string());
    redactor(Mode::Strict).redact(&mut exchange);
    let answer = json_of(&exchange);
    let token = answer["access_token"].as_str().unwrap();
    assert_ne!(token, TOKEN);
    assert_eq!(token.len(), TOKEN.len());
    assert_eq!(answer["nested"], format!("{{\"t\": \"{token}\"}}"));
    assert_eq!(answer["link"], format!("/items/{token}?t={token}"));
    assert_eq!(answer["wrapped"], BASE64_STANDARD.encode(token));
    let header = |name| exchange.request.header(name).unwrap();
    assert_eq!(header("authorization"), format!("Bearer {token}"));
    assert!(header("cookie").ends_with(&format!("id={token}")), "{}", header("cookie"));
    assert_eq!(header("x-thing"), token);
    assert_eq!(header("if-match"), format!("W/\"{token}\", \"{token}\""));
    let target = &exchange.request.target;
    assert!(target.starts_with(&format!("/items/{token}?after=")), "{target}");
    assert!(target.contains(&format!("&t={token}&w=")), "{target}");
    assert!(!target.contains(TOKEN), "{target}");
}

#[test]
fn a_pseudonym_is_of_the_same_kind() {
    let mut redactor = redactor(Mode::Strict);
    let text = |redactor: &mut Redactor, value: &str| {
        let document = json!([value]).to_string();
        let mut exchange = exchange("GET", "/");
        exchange.outcome = answered("application/json", &document);
        redactor.redact(&mut exchange);
        json_of(&exchange)[0].as_str().unwrap().to_owned()
    };
    let uuid = text(&mut redactor, UUID);
    assert_ne!(uuid, UUID);
    assert_eq!(uuid::Uuid::parse_str(&uuid).unwrap().get_version_num(), 4, "{uuid}");
    let email = text(&mut redactor, "ada.lovelace@corp-mail.com");
    assert!(email.ends_with(".example") && email.len() == 26 && &email[3..4] == ".", "{email}");
    let card = text(&mut redactor, "4242 4242 4242 4242");
    assert!(super::detect::is_card(&card) && card.starts_with("4000 00"), "{card}");
    let iban = text(&mut redactor, "DE89370400440532013000");
    assert!(super::detect::is_iban(&iban) && iban.starts_with("DE") && iban.len() == 22, "{iban}");
    let text_of_shape = text(&mut redactor, "Grüße an Ada, 42!");
    let shape = |text: &str| -> String {
        let one = |character: char| match character {
            character if character.is_numeric() => '0',
            character if character.is_uppercase() => 'A',
            character if character.is_alphabetic() => 'a',
            character => character,
        };
        text.chars().map(one).collect()
    };
    assert_eq!(shape(&text_of_shape), "Aaaaa aa Aaa, 00!", "{text_of_shape}");
    assert_eq!(text_of_shape.len(), "Grüße an Ada, 42!".len());
    assert!(text(&mut redactor, "93.184.216.34").starts_with("198.1"));
    for stays in ["open", "2026-01-05T09:30:01.123456Z", "17", "***", "application/json", "-created_at"] {
        assert_eq!(text(&mut redactor, stays), stays);
    }
}

#[test]
fn a_document_keeps_its_spelling_and_its_numbers() {
    let document = r#" {"n": 1.50, "a" :[true,null,1e-07], "password":"hunter2", "name": "Gr\u00fc\u00dfe", "pin": 4711, "password": 1,
        "due": "2026-01-05", "birth_date":"1985-04-12", "detail":[{"type":"string_too_short","loc":["body","title"],"msg":"String should have at least 3 characters","input":"Ada"}]} "#;
    let exchange = redacted(Mode::Strict, document);
    let Some(Content::Text(text)) = exchange.answered().map(|answer| answer.body.content.clone()) else {
        panic!()
    };
    assert_eq!(text.len(), document.len(), "{text}");
    assert!(text.starts_with(r#" {"n": 1.50, "a" :[true,null,1e-07], "password":""#), "{text}");
    assert!(text.contains("\"due\": \"2026-01-05\""), "{text}");
    assert!(text.contains(r#""type":"string_too_short","loc":["body","title"],"msg":"String should have at least 3 characters""#), "{text}");
    for gone in ["hunter2", "4711", "1985-04-12", "\"Ada\"", "Gr\\u00fc"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    let places: Vec<_> =
        exchange.redacted.iter().map(|place| format!("{} {}", place.at, place.class)).collect();
    assert_eq!(
        places,
        [
            "answer body $.password name",
            "answer body $.name text",
            "answer body $.pin name",
            "answer body $.birth_date name",
            "answer body $.detail[0].input text"
        ]
    );
}

#[test]
fn of_test_data_only_secrets_are_replaced() {
    let document = json!({"email": "ada@example.com", "name": "Ada", "id": UUID, "access_token": TOKEN, "echo": TOKEN,
        "said": format!("it was {TOKEN}!"), "mail": "ada@corp.com", "key": "AKIAIOSFODNN7EXAMPLE"});
    let answer = json_of(&redacted(Mode::Secrets, &document.to_string()));
    for stays in ["email", "name", "id"] {
        assert_eq!(answer[stays], document[stays]);
    }
    for goes in ["access_token", "mail", "key"] {
        assert_ne!(answer[goes], document[goes], "{goes}");
    }
    // What is secret in one place is secret in all.
    assert_eq!(answer["echo"], answer["access_token"]);
    assert_eq!(answer["said"], format!("it was {}!", answer["access_token"].as_str().unwrap()));
}

#[test]
fn a_form_that_an_error_repeats_is_a_form() {
    let repeated = json!({"detail": [{"input": "username=ada@example.com&password=two+blue+moons"}]});
    let answer = json_of(&redacted(Mode::Secrets, &repeated.to_string()));
    let input = answer["detail"][0]["input"].as_str().unwrap();
    assert!(input.starts_with("username=ada@example.com&password=") && !input.contains("moons"), "{input}");
    let described =
        json!({"components": {"securitySchemes": {"APIKeyHeader": {"in": "header"}}}, "also": "header"});
    assert_eq!(json_of(&redacted(Mode::Secrets, &described.to_string())), described);
}

#[test]
fn what_is_to_be_kept_is_kept_there_and_nowhere_else() {
    let keep = ["body $..tenant", "query sort", "header x-tenant", "cookie theme", "path 2"];
    let keep = keep.iter().map(|keep| keep.parse().unwrap()).collect();
    let policy = Policy { keep, ..Policy::default() };
    let mut exchange = exchange("GET", "/acme/acme?sort=acme&other=acme");
    exchange.request.headers = vec![
        ("X-Tenant".to_owned(), "acme".to_owned()),
        ("X-Other".to_owned(), "acme".to_owned()),
        ("Cookie".to_owned(), "theme=acme; other=acme".to_owned()),
    ];
    exchange.outcome =
        answered("application/json", r#"{"tenant":"acme","deep":[{"tenant":"acme"}],"other":"acme"}"#);
    Redactor::new(&policy, Key::from_bytes(&[7; 32]).unwrap()).redact(&mut exchange);
    let answer = json_of(&exchange);
    let other = answer["other"].as_str().unwrap();
    assert_ne!(other, "acme");
    assert_eq!((&answer["tenant"], &answer["deep"][0]["tenant"]), (&json!("acme"), &json!("acme")));
    assert_eq!(exchange.request.target, format!("/{other}/acme?sort=acme&other={other}"));
    let headers: Vec<_> = exchange.request.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(headers, ["acme", other, &format!("theme=acme; other={other}")]);
}

#[test]
fn what_nobody_can_read_is_not_kept() {
    for (coding, bytes) in [("gzip", &b"no gzip"[..]), ("rot13", b"text"), ("identity", &[0xff, 0xfe, 0])] {
        let mut exchange = exchange("GET", "/");
        exchange.outcome = answered("application/octet-stream", "");
        let Outcome::Answered(answer) = &mut exchange.outcome else { panic!() };
        answer.body = Body::of_bytes(bytes.to_vec().into());
        answer.headers.push(("content-encoding".to_owned(), coding.to_owned()));
        redactor(Mode::Strict).redact(&mut exchange);
        let body = &exchange.answered().unwrap().body;
        assert_eq!(body.content, Content::Omitted(Omitted::Unreadable), "{coding}");
        assert_eq!(body.length, bytes.len() as u64);
    }
}

#[test]
fn values_do_not_share_a_pseudonym_and_another_key_gives_others() {
    let values: Vec<_> = ('a'..='z').map(|letter| format!("q{letter}")).collect();
    let one = json_of(&redacted(Mode::Strict, &json!(values).to_string()));
    let distinct: std::collections::HashSet<_> =
        one.as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), values.len(), "{one}");
    let mut other = exchange("GET", "/");
    other.outcome = answered("application/json", &json!(values).to_string());
    Redactor::new(&Policy::default(), Key::from_bytes(&[8; 32]).unwrap()).redact(&mut other);
    assert_ne!(json_of(&other), one);
    assert_eq!(format!("{:?}", Key::random()), "<key>");
    assert!(Key::from_bytes(b"short").is_err());
}

#[test]
fn a_jwt_keeps_its_keys_and_nobody_signed_it() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"sub": UUID, "exp": 1_790_000_000, "email": "ada@corp.com", "scope": "read"});
    let header = part(json!({"alg": "HS256", "typ": "JWT"}));
    let signature = BASE64_URL_SAFE_NO_PAD.encode([0x5a; 32]);
    let token = format!("{header}.{}.{signature}", part(claims));
    let answer = json_of(&redacted(Mode::Strict, &json!({"access_token": token, "id": UUID}).to_string()));
    let parts: Vec<_> = answer["access_token"].as_str().unwrap().split('.').collect();
    assert_eq!(parts[0], header);
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert_eq!((&claims["exp"], &claims["scope"]), (&json!(1_790_000_000), &json!("read")));
    assert_eq!(claims["sub"], answer["id"]);
    assert!(claims["email"].as_str().unwrap().ends_with(".example"), "{claims}");
    assert!(parts[2].starts_with("pseudonym") && parts[2].len() == signature.len(), "{parts:?}");
}

#[test]
fn a_scan_finds_what_was_not_replaced_and_says_no_secret() {
    let mut exchange = redacted(Mode::Strict, r#"{"password": "hunter2", "email": "ada@corp.com"}"#);
    exchange.request.headers.push(("x-later".to_owned(), "Bearer tok9fK2mQx7LpZ4vRw8Ns".to_owned()));
    let line = serde_json::to_string(&exchange).unwrap();
    let scanner = Scanner::new(Key::random(), &[b"hunter2".to_vec()]);
    let hits = scanner.scan(format!("{{}}\n{line}\n").as_bytes());
    let found: Vec<_> = hits.iter().map(|hit| (hit.line, hit.place.as_str(), hit.class.as_str())).collect();
    let last = exchange.request.headers.len() - 1;
    assert_eq!(found, [(2, format!("$.request.headers[{last}][1]").as_str(), "name")]);
    assert!(!format!("{hits:?}").contains("tok9f"));
    assert_eq!(scanner.scan(b"aHVudGVyMg== it is\n%68unter2\n../aHVudGVyMg").len(), 3);
}

#[test]
fn a_complaint_about_a_secret_does_not_repeat_it() {
    let detail = |field: &str, input: Value| json!({"detail": [{"type": "string_too_short", "loc": ["body", field], "msg": "String should have at least 8 characters", "input": input}]});
    for mode in [Mode::Strict, Mode::Secrets] {
        let of = |field: &str, input: Value| {
            json_of(&redacted(mode, &detail(field, input).to_string()))["detail"][0]["input"].clone()
        };
        assert_ne!(of("new_password", json!("short")), "short", "{mode}");
        assert_ne!(of("pin", json!(481_516)), 481_516, "{mode}");
        assert_eq!(of("title", json!("short")), "short", "{mode}");
        assert_eq!(of("password", Value::Null), Value::Null, "{mode}");
        // Where it is missing, what is repeated is all that was sent.
        assert_eq!(of("password", json!({"status": "open"})), json!({"status": "open"}), "{mode}");
    }
}

#[test]
fn what_everybody_may_know_of_how_to_log_in_stays() {
    for mode in [Mode::Strict, Mode::Secrets] {
        let mut redactor = redactor(mode);
        let document = json!({"components": {"securitySchemes": {"OAuth2PasswordBearer": {"type": "oauth2"}}}, "name": "OAuth2PasswordBearer"});
        let mut exchange = exchange("GET", "/openapi.json");
        exchange.request.headers =
            ["Bearer", "bearer ", "Basic"].map(|value| ("Authorization".to_owned(), value.to_owned())).into();
        exchange.outcome = answered("application/json", &document.to_string());
        let Outcome::Answered(answered) = &mut exchange.outcome else { unreachable!() };
        answered
            .headers
            .push(("www-authenticate".to_owned(), "Bearer realm=\"OAuth2PasswordBearer\"".to_owned()));
        let before = exchange.clone();
        redactor.redact(&mut exchange);
        assert_eq!(exchange.outcome, before.outcome, "{mode}");
        assert_eq!(exchange.request.headers, before.request.headers, "{mode}");
        // A word that was a password once is a word.
        exchange.request.headers = vec![("Authorization".to_owned(), "Custom Bearer".to_owned())];
        redactor.redact(&mut exchange);
        redactor.redact(&mut exchange);
        assert_eq!(exchange.outcome, before.outcome, "{mode}");
    }
}
