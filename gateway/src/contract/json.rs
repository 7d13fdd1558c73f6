//! JSON in and out, as one version of FastAPI has it.
//!
//! `response_model` answers go through pydantic-core since FastAPI 0.130 and through Python's `json.dumps` before; they
//! differ in how a float is written. What an application can decide itself comes before what its version does.

mod decided;
mod floats;

use bytes::Bytes;

use super::{
    Failure,
    answer::{Answer, Writer},
    request::RequestRules,
};

pub use decided::{Decided, NullBody, Untyped};
pub use floats::Floats;

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

    /// The same where the application has decided otherwise.
    pub fn decided(self, decided: &Decided) -> Self {
        let floats = decided.floats.unwrap_or(self.floats);
        Self { floats, requests: self.requests.decided(decided) }
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

    #[test]
    fn what_is_decided_comes_before_the_version_and_the_rest_stays() {
        let (old, new) = (Framework::of_fastapi("0.115.6"), Framework::of_fastapi("0.165.0"));
        let of_old = Decided {
            untyped: Some(Untyped::Json),
            null_body: Some(NullBody::Missing),
            floats: Some(Floats::JsonDumps),
        };
        let of_new = Decided {
            untyped: Some(Untyped::Bytes),
            null_body: Some(NullBody::Value),
            floats: Some(Floats::PydanticCore),
        };
        for (framework, own, other) in [(old, of_old, of_new), (new, of_new, of_old)] {
            assert_eq!(framework.decided(&Decided::default()), framework);
            assert_eq!(framework.decided(&own), framework);
            let decided = framework.decided(&other);
            assert_eq!(
                (Some(decided.floats), Some(decided.requests.untyped())),
                (other.floats, other.untyped)
            );
            assert_eq!(decided.decided(&own), framework);
            assert_ne!(decided, framework);
        }
    }
}
