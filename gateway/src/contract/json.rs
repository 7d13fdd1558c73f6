//! JSON in and out, as one version of FastAPI has it.
//!
//! `response_model` answers go through pydantic-core since FastAPI 0.130 and through Python's `json.dumps` before; they
//! differ in how a float is written.

mod floats;

use bytes::Bytes;

use super::{
    Failure,
    answer::{Answer, Writer},
    request::RequestRules,
};

pub(super) use floats::Floats;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framework {
    floats: Floats,
    requests: RequestRules,
}

impl Framework {
    /// What a FastAPI version uses for `response_model` answers, and takes for a JSON body.
    pub fn of_fastapi(version: &str) -> Self {
        let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let floats = if version >= (0, 130) { Floats::PydanticCore } else { Floats::JsonDumps };
        Self { floats, requests: RequestRules::of_fastapi(version) }
    }

    pub fn requests(self) -> RequestRules {
        self.requests
    }

    /// What is stored may be nothing that Python can write: it raises over it when all is done.
    pub(super) fn render(self, body: &dyn Answer) -> Result<Bytes, Failure> {
        let mut json = Writer::new(self.floats);
        body.write(&mut json).map_err(|_| Failure::LegacyRaisesAfterwards)?;
        Ok(json.into_text().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoder_follows_the_framework_version() {
        assert_eq!(Framework::of_fastapi("0.115.6").floats, Floats::JsonDumps);
        assert_eq!(Framework::of_fastapi("0.130.0").floats, Floats::PydanticCore);
        assert_eq!(Framework::of_fastapi("1.0.0").floats, Floats::PydanticCore);
    }
}
