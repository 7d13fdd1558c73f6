//! The ways in which an answer can be wrong, by the names under which they are counted.

use serde::{Deserialize, Serialize};

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// A member of an object is not there.
    Dropped,
    Renamed,
    /// `created_at` as `createdAt`.
    Recased,
    Null,
    /// A number or word as a text.
    Stringified,
    /// The same whatever was asked.
    Constant,
    /// `""`, `{}` or `[]`.
    Emptied,
    /// A member nobody knows.
    Extra,

    /// What an earlier answer said: a cache, or a fixture.
    Stale,
    /// The values of two neighbours in each other's place.
    Swapped,
    /// Another identifier than the one that is known by then.
    Fresh,

    Reversed,
    Truncated,
    Duplicated,

    /// `Z` as `+00:00` and the other way round.
    Zone,
    /// Without its zone.
    Naive,
    /// Milliseconds for microseconds.
    Precision,
    /// As a number of seconds.
    Epoch,
    /// Two hours off: local time.
    Shifted,
    LongAgo,
    /// When the answer was made instead of when it happened.
    Now,

    /// `1` as `1.0`, `1.5` as `1.50`.
    NumberText,
    Rounded,
    OffByOne,

    /// `é` as `\u00e9` and the other way round.
    Escapes,
    Padded,
    Cased,

    Status,

    HeaderDropped,
    HeaderChanged,
    HeaderAdded,
    HeaderRepeated,
    HeadersReordered,
    /// `application/json; charset=utf-8` for `application/json`, and the other way round.
    Charset,
    CookieAttribute,

    BodyEmptied,
    NotJson,
    Indented,
    MembersReordered,
    MemberTwice,
    BodyCut,

    /// Sent in one piece at its end.
    Coalesced,
    EventDropped,
    EventId,
    EventName,

    /// The answer without this parameter.
    QueryIgnored,
    /// Without this parameter the answer with it.
    WrongDefault,
    InvalidAccepted,

    FrameDropped,
    FramesMerged,
    FrameKind,
    CloseCode,

    /// A column that a good answer told is empty.
    NotStored,
    /// A column has another value.
    StoredWrong,
    RowMissing,
    RowTwice,
}
