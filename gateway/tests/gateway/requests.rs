//! What a client sends is read as FastAPI reads it: the same values, or the same bytes of refusal, whatever comes.

mod bodies;
mod forms;
mod named;
mod twins;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use gateway::contract::json::Framework;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{house::show, originals};

const FEWEST: usize = 300;

/// One request, byte for byte.
#[derive(Clone, Debug)]
struct Ask {
    method: &'static str,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    /// Why the two answers need not be equal.
    may_differ: Option<&'static str>,
}

/// What was answered.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Answered {
    status: u16,
    body: String,
}

impl Ask {
    fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), headers: Vec::new(), body: Vec::new(), may_differ: None }
    }

    fn post(target: impl Into<String>, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let ask = Self { method: "POST", body: body.into(), ..Self::get(target) };
        if content_type.is_empty() { ask } else { ask.with("content-type", content_type) }
    }

    fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn may_differ(mut self, reason: &'static str) -> Self {
        self.may_differ = Some(reason);
        self
    }

    fn shown(&self) -> String {
        let headers = self.headers.iter().map(|(name, value)| format!(" {name}: {}", value.escape_ascii()));
        let body = &self.body[..self.body.len().min(300)];
        format!("{} {}{} {}", self.method, self.target, headers.collect::<String>(), body.escape_ascii())
    }
}

#[tokio::test]
async fn arguments_are_those_of_fastapi_0_115() {
    compare("0.115", Framework::of_fastapi("0.115.6")).await;
}

#[tokio::test]
async fn arguments_are_those_of_the_newest_fastapi() {
    compare("newest", Framework::of_fastapi("0.165.0")).await;
}

async fn compare(environment: &str, framework: Framework) {
    let asks: Vec<Ask> = [named::asks(), bodies::asks(), forms::asks()].concat();
    assert!(asks.len() >= FEWEST, "{} requests", asks.len());
    let expected = ask(environment, &asks);
    assert_eq!(expected.len(), asks.len());
    let (mut differences, mut refused, mut listed) = (Vec::new(), 0, 0);
    for (ask, theirs) in asks.iter().zip(expected) {
        let ours = twins::answer(ask, framework).await;
        refused += usize::from(theirs.status != 200);
        if ours != theirs && ask.may_differ.is_some() {
            listed += 1;
        } else if ours != theirs {
            differences.push(format!("{}\n  theirs {theirs:?}\n  ours   {ours:?}", ask.shown()));
        }
    }
    show(&format!(
        "arguments on FastAPI {environment}: {} requests, {refused} refused, {listed} listed differences, {} differences",
        asks.len(),
        differences.len()
    ));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn ask(environment: &str, asks: &[Ask]) -> Vec<Answered> {
    let questions = asks.iter().map(|ask| {
        let headers: Vec<_> =
            ask.headers.iter().map(|(name, value)| (name.clone(), STANDARD.encode(value))).collect();
        let body = STANDARD.encode(&ask.body);
        format!(
            "{}\n",
            json!({ "method": ask.method, "target": ask.target, "headers": headers, "body": body })
        )
    });
    originals::answers(environment, "gateway/tests/gateway/requests/app.py", questions.collect())
}
