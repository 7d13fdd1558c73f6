//! Registering, logging in, and who one is. Hashing is slow on purpose, so there are few log-ins.

use super::super::step::{Step, get, patch, post};

const ADA: &str = "username=ada@example.com&password=correct+horse+battery+staple";

pub(super) fn steps() -> Vec<Step> {
    [logging_in(), refused(), registering(), changing()].concat()
}

fn logging_in() -> Vec<Step> {
    vec![
        post("/auth/login").form(ADA).keeps("ada", "/access_token"),
        post("/auth/login")
            .form(
                "username=grace%40example.com&password=nanoseconds%20are%20short%20wires&grant_type=password",
            )
            .keeps("grace", "/access_token"),
        post("/auth/login")
            .form("username=zoe@example.com&password=%C3%BCberraschung+im+caf%C3%A9+%E2%98%95&scope=a+b")
            .header("origin", "http://localhost:5173")
            .keeps("zoe", "/access_token"),
        post("/auth/login/json").json(r#"{"email":"zoe@example.com","password":"überraschung im café ☕"}"#),
        get("/users/me").by("ada"),
        get("/users/me").by("grace"),
        get("/users/me").by("zoe").header("origin", "http://localhost:3000"),
        get("/users/me").header("authorization", "bearer {ada}"),
        get("/users/me").header("authorization", "BEARER {ada}"),
        get("/users/me?verbose=1&verbose=2").by("ada"),
    ]
}

fn refused() -> Vec<Step> {
    vec![
        post("/auth/login").form("username=nobody@example.com&password=whatever").gives(401),
        post("/auth/login").form("username=ada@example.com&password=wrong").gives(401),
        post("/auth/login").form("username=linus@example.com&password=talk+is+cheap+show+code").gives(400),
        post("/auth/login").form("username=ada@example.com").gives(422),
        post("/auth/login").form("").gives(422),
        post("/auth/login").form(&format!("{ADA}&grant_type=implicit")).gives(422),
        post("/auth/login").json(r#"{"username":"ada@example.com","password":"x"}"#).gives(422),
        post("/auth/login").form("username=ada%00&password=x").gives(500),
        post("/auth/login/json").json(r#"{"email":"nobody@example.com","password":"x"}"#).gives(401),
        post("/auth/login/json").json(r#"{"email":"ada@example.com"}"#).gives(422),
        post("/auth/login/json").form(ADA).gives(422),
        get("/auth/login").gives(405),
        get("/auth").gives(404),
    ]
}

fn registering() -> Vec<Step> {
    let register = |body: &str| post("/auth/register").json(body);
    vec![
        register(r#"{"email":"new@example.com","password":"long enough","full_name":"Ñandú 🦤"}"#).gives(201),
        register(r#"{"email":"new@example.com","password":"long enough"}"#).gives(400),
        register(r#"{"email":"Plain@Example.COM","password":"12345678","full_name":null}"#).gives(201),
        register(r#"{"email":"no address","password":"long enough"}"#).gives(422),
        register(r#"{"email":"a@example.com","password":"short"}"#).gives(422),
        register(&format!(r#"{{"email":"a@example.com","password":"{}"}}"#, "ä".repeat(37))).gives(422),
        register(&format!(
            r#"{{"email":"a@example.com","password":"long enough","full_name":"{}"}}"#,
            "x".repeat(256)
        ))
        .gives(422),
        register("{}").gives(422),
    ]
}

/// Of a user who has registered above, so that nobody else's password changes.
fn changing() -> Vec<Step> {
    let change = |body: &str| patch("/users/me/password").json(body);
    vec![
        post("/auth/login")
            .form("username=new%40example.com&password=long+enough")
            .keeps("new", "/access_token"),
        change(r#"{"current_password":"long enough","new_password":"longer still"}"#)
            .gives(401)
            .at_the_door(),
        change(r#"{"current_password":"wrong","new_password":"longer still"}"#).by("new").gives(400),
        change(r#"{"current_password":"long enough","new_password":"short"}"#).by("new").gives(422),
        change(r#"{"new_password":"longer still"}"#).by("new").gives(422),
        change(r#"{"current_password":"long enough","new_password":"longer still"}"#).by("new"),
    ]
}
