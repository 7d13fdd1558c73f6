//! What clients of this legacy are told when what they sent is wrong: in which status, in whose words, in which envelope.

mod template;
mod v1;
mod v2;

use bytes::Bytes;
use http::StatusCode;

use super::{Detail, detail::Told};

pub use template::{BadTemplate, Template};

/// How a legacy answers a `RequestValidationError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationShape {
    pub status: StatusCode,
    pub words: Words,
    /// What a single mistake is shown as; without one, as the words have it.
    pub each: Option<Template>,
    /// The body around them.
    pub body: Template,
}

/// Whose `type`, `msg` and `ctx`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// With the address of the page about each mistake where there is one, as FastAPI 0.100 to 0.103 have it:
    /// `https://errors.pydantic.dev/2.4/v/`.
    PydanticV2 { pages: Option<String> },
    /// FastAPI before 0.100, or on Pydantic 1.
    PydanticV1,
}

impl Default for ValidationShape {
    fn default() -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            words: Words::PydanticV2 { pages: None },
            each: None,
            body: Template::detail(),
        }
    }
}

impl Words {
    /// Pydantic's words with their pages, for a version such as `2.14.3`.
    pub fn with_pages(pydantic: &str) -> Self {
        let mut numbers = pydantic.split('.');
        let (major, minor) = (numbers.next().unwrap_or("2"), numbers.next().unwrap_or("0"));
        Self::PydanticV2 { pages: Some(format!("https://errors.pydantic.dev/{major}.{minor}/v/")) }
    }

    fn tell(&self, told: &Told) -> Entry {
        match self {
            Self::PydanticV2 { pages } => v2::entry(told, pages.as_deref()),
            Self::PydanticV1 => v1::entry(told),
        }
    }
}

/// One mistake in somebody's words: every part is JSON, but for the message.
struct Entry {
    kind: String,
    place: String,
    message: String,
    input: String,
    context: Option<String>,
    /// All of it, as the words have it.
    whole: String,
}

impl ValidationShape {
    pub fn body(&self, detail: &Detail) -> Bytes {
        let entries: Vec<_> = detail.told().iter().map(|told| (told, self.words.tell(told))).collect();
        self.body.whole(&entries, self.each.as_ref()).into()
    }
}

#[cfg(test)]
mod tests;
