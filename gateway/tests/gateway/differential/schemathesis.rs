//! What Schemathesis thinks of: its cases for the native routes, written by a script of ours in its own interpreter.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    process::{Command, Stdio},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use compat_tests::repository;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ask::{Ask, Token},
    document::Operation,
};
use crate::twin::random::Random;

#[derive(Deserialize)]
struct Case {
    route: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// About so many, the same for the same seed.
pub(super) async fn asks(document: &Value, operations: &[Operation], wanted: usize, seed: u64) -> Vec<Ask> {
    // Positive and negative.
    let examples = wanted.div_ceil(2 * operations.len());
    let routes: Vec<_> =
        operations.iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    let input = json!({ "document": document, "routes": routes, "examples": examples, "seed": seed });
    let written = tokio::task::spawn_blocking(move || written(&input)).await.unwrap();
    for needed in routes.iter().map(String::as_str).chain(["positive", "negative"]) {
        assert!(written.contains(&format!("\"{needed}\"")), "Schemathesis thought of nothing for {needed}");
    }
    let by_path: BTreeMap<_, _> = routes.into_iter().zip(operations).collect();
    let mut random = Random::new(seed);
    let asks = written.lines().map(|line| {
        let case: Case = serde_json::from_str(line).unwrap();
        let operation = by_path[&case.route];
        let own = case.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        Ask {
            route: operation.route.clone(),
            method: case.method,
            target: case.target,
            token: if own { Token::None } else { Token::random(&mut random) },
            headers: case.headers,
            body: BASE64_STANDARD.decode(case.body).unwrap(),
            types: operation.types(),
        }
    });
    asks.collect()
}

/// Thinking takes longer than asking: what was written for the same input by the same script is kept.
fn written(input: &Value) -> String {
    let root = repository();
    let mut hasher = DefaultHasher::new();
    for file in ["gateway/tests/gateway/differential/generate.py", ".dev/python/schemathesis/made-from.txt"] {
        fs::read(root.join(file)).unwrap_or_default().hash(&mut hasher);
    }
    input.to_string().hash(&mut hasher);
    let kept = format!("{}/schemathesis-{:016x}.jsonl", env!("CARGO_TARGET_TMPDIR"), hasher.finish());
    if let Ok(text) = fs::read_to_string(&kept) {
        return text;
    }
    let text = run(input).unwrap();
    let unfinished = format!("{kept}.{}", std::process::id());
    fs::write(&unfinished, &text).unwrap();
    fs::rename(unfinished, kept).unwrap();
    text
}

fn run(input: &Value) -> io::Result<String> {
    let root = repository();
    let python = root.join(".dev/python/schemathesis/bin/python");
    assert!(python.exists(), "`{}` is missing: `./dev test` makes it", python.display());
    let script = root.join("gateway/tests/gateway/differential/generate.py");
    let mut child = Command::new(python)
        .arg(script)
        .env_clear()
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout).unwrap())
}
