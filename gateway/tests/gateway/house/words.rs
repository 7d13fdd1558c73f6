//! The words of the repository's own profile, and values as handlers are given them: without a gateway.

use std::sync::LazyLock;

use bytes::Bytes;
use compat_tests::repository;
use gateway::{
    contract::{Contract, Failure, profile::Profile},
    routes::{
        lock::Lock,
        matching::{AppId, Matcher},
    },
};
use http::Response;

/// What a client is told of a failure, in the words of the repository's own profile.
pub(crate) fn rendered(failure: &Failure) -> Response<Bytes> {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let path = repository().join("legacy.toml");
        let profile = Profile::parse(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
        Contract::new(profile.errors, &Matcher::new(&Lock::parse(NO_ROUTES).unwrap()).unwrap()).unwrap()
    });
    CONTRACT.failure(failure, AppId::OUTERMOST)
}

const NO_ROUTES: &str = r#"{"schema": 1, "versions": {"python": "3.11.7", "fastapi": "0.165.0", "starlette": "1.10.0",
    "pydantic": null, "uvicorn": null}, "int_max_digits": 4300, "location_escapes": "", "server_root_path": "",
    "schemes": [], "notes": [], "app": {"class": "fastapi.applications.FastAPI", "root_path": "",
    "redirect_slashes": true, "middleware": [], "rows": [], "frontends": []}}"#;

/// A JSON body as a handler would be given it; it is there, and no `null`.
pub(crate) fn json_body(text: &str) -> gateway::contract::python::Value {
    use gateway::contract::{
        json::Framework,
        request::{BodyKind, Received},
    };

    let json = http::HeaderValue::from_static("application/json");
    let bytes = text.as_bytes().to_vec().into();
    let rules = Framework::of_fastapi("0.165.0").requests();
    match Received::read(BodyKind::Json, &bytes, Some(&json), rules).unwrap() {
        Received::Json(value) => value,
        Received::Nothing | Received::Bytes(_) | Received::Form(_) => panic!("{text} is no JSON"),
    }
}
