//! Learns what a running legacy's contract is, by asking it questions that can change nothing.
//!
//! What may be asked, and why it is harmless, stands in `script`; what the answers mean, in `learn`.

mod answer;
mod document;
mod finding;
mod ground;
mod heard;
mod learn;
mod page;
mod question;
mod script;
mod token;
mod wire;

use serde_json::Value;

use crate::{
    contract::profile::Profile,
    legacy::{address::LegacyAddress, trust::LegacyTrust},
    routes::{
        lock::{Lock, cors::Cors, gzip::GZip},
        matching::Matcher,
    },
};

pub use answer::Answer;
pub use document::Document;
pub use finding::{Content, Finding, Learned, Verdict, Worth};
pub use ground::Ground;
pub use heard::Heard;
pub use learn::learn;
pub use page::{BadPage, Page};
pub use question::{Question, Topic};
pub use script::MOST;
pub use wire::{AGENT, LIMIT, Silence};

/// What is believed of the legacy before it is asked.
#[derive(Clone, Copy, Default)]
pub struct Known<'k> {
    pub lock: Option<&'k Lock>,
    pub matcher: Option<&'k Matcher>,
    pub profile: Option<&'k Profile>,
}

/// What a person adds to what the legacy shows by itself.
#[derive(Default)]
pub struct Given<'g> {
    /// The OpenAPI document, where the legacy does not serve it.
    pub document: Option<&'g Value>,
    /// A token that the legacy has issued.
    pub token: Option<&'g str>,
    /// Also what FastAPI answers 500 to, and logs a traceback of.
    pub raises: bool,
    /// Where the legacy is at `https://`.
    pub trust: LegacyTrust,
}

/// Nothing that speaks HTTP is there, or it stopped answering.
#[derive(Debug, thiserror::Error)]
#[error("{address}: {silence}")]
pub struct Unreachable {
    address: LegacyAddress,
    silence: Silence,
}

impl Known<'_> {
    fn cors(&self) -> Option<&Cors> {
        self.lock?.app.imitated().find_map(|layer| layer.cors.as_ref())
    }

    fn gzip(&self) -> Option<&GZip> {
        self.lock?.app.imitated().find_map(|layer| layer.gzip.as_ref())
    }
}

/// Asks one question after the other; `watch` sees each before it is asked, with its number and how many there are.
pub async fn ask(
    address: &LegacyAddress,
    known: &Known<'_>,
    given: &Given<'_>,
    watch: &impl Fn(&Question, usize, usize),
) -> Result<Heard, Unreachable> {
    let mut heard = Heard::default();
    let (first, second) = (script::nowhere(&Ground::find(known, None)), script::document(Topic::Document));
    watch(&first, 1, MOST);
    heard.ask(address, &given.trust, first).await?;
    watch(&second, 2, MOST);
    heard.ask(address, &given.trust, second).await?;
    let served = heard.served_document();
    // What runs knows better than a file what it refuses.
    let document = served.as_ref().or(given.document).and_then(Document::read);
    heard.ground = Ground { nowhere: heard.nowhere(), ..Ground::find(known, document.as_ref()) };
    let questions = script::rest(&heard.ground, served.is_some(), given);
    let all = questions.len() + 2;
    for (index, question) in questions.into_iter().enumerate() {
        if heard.has_let_in(&question) {
            continue;
        }
        watch(&question, index + 3, all);
        heard.ask(address, &given.trust, question).await?;
    }
    heard.document = served.as_ref().and_then(Document::read);
    Ok(heard)
}
