//! Which paths a template can take at most, whatever the application declares: enough to see that two never meet.

use crate::routes::lock::row::{Converter, Param};

pub(super) struct Shape {
    segments: Vec<Segment>,
}

#[derive(Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Int,
    Uuid,
    /// Text around or between parameters.
    Mixed,
    /// One segment or more: its converter may be `path`.
    Any,
}

impl Shape {
    pub(super) fn of(template: &str, params: &[Param]) -> Self {
        let segments = template.split('/').map(|segment| {
            let inside: Vec<Converter> = params
                .iter()
                .filter(|param| segment.contains(&format!("{{{}}}", param.name)))
                .map(|param| param.converter)
                .collect();
            let is_whole = segment.starts_with('{') && segment.find('}') == Some(segment.len() - 1);
            match inside.as_slice() {
                [] => Segment::Literal(segment.to_owned()),
                [Converter::Int] if is_whole => Segment::Int,
                [Converter::Uuid] if is_whole => Segment::Uuid,
                converters if converters.contains(&Converter::Str) => Segment::Any,
                _ => Segment::Mixed,
            }
        });
        Self { segments: segments.collect() }
    }

    /// Whether some path that fits `other`, as its own schema narrows it, could be taken by this template.
    ///
    /// An integer in the schema narrows what the handler takes, not what the template matches: here it is any segment.
    pub(super) fn may_take(&self, other: &Self) -> bool {
        takes(&self.segments, &other.segments)
    }
}

fn takes(own: &[Segment], other: &[Segment]) -> bool {
    match (own, other) {
        ([], []) => true,
        ([Segment::Any, rest @ ..], [_, others @ ..]) => takes(rest, others) || takes(own, others),
        ([first, rest @ ..], [second, others @ ..]) => meet(first, second) && takes(rest, others),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn meet(own: &Segment, other: &Segment) -> bool {
    match (own, other) {
        (Segment::Literal(one), Segment::Literal(two)) => one == two,
        // What stands in the document as a number may be declared as text.
        (Segment::Int | Segment::Uuid | Segment::Mixed | Segment::Any, _)
        | (_, Segment::Mixed | Segment::Any) => true,
        (Segment::Literal(text), Segment::Int) => {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        (Segment::Literal(text), Segment::Uuid) => text.len() == 36,
    }
}
