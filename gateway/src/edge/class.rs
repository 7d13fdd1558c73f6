//! Why a request is refused at the door: a closed set of classes, and which of them may be let through instead.

use strum::{Display, IntoStaticStr, VariantArray};

use crate::limits::Limit;

/// The name is a label of metrics, the `error.reason` of the log, and a key of `[refuse]` in routes.toml.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    LengthAndEncoding,
    LengthTwice,
    LengthMalformed,
    EncodingNotChunked,
    EncodingOnOldVersion,
    ChunkMalformed,
    HostMissing,
    HostTwice,
    HostMalformed,
    OtherAuthority,
    LineFolded,
    BareLf,
    BareCr,
    SpaceBeforeColon,
    HeaderMalformed,
    ValueControlCharacter,
    RequestLineMalformed,
    VersionUnknown,
    MethodUnknown,
    TargetForm,
    TargetCharacter,
    Fragment,
    ControlCharacter,
    NominatedHeader,
    Upgrade,
    /// The last four are limits, and are called and counted as such.
    HeadTooLarge,
    HeadersTooMany,
    TargetTooLong,
    HeadLate,
}

const LIMITS: [(Class, Limit); 4] = [
    (Class::HeadTooLarge, Limit::HeaderBytes),
    (Class::HeadersTooMany, Limit::HeaderCount),
    (Class::TargetTooLong, Limit::TargetBytes),
    (Class::HeadLate, Limit::Head),
];

/// What the client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    BadRequest,
    TargetTooLong,
    HeadTooLarge,
    /// The connection ends without an answer: there is only the half of something that could have one.
    Nothing,
}

impl Class {
    pub const ALL: &[Self] = Self::VARIANTS;

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What is no matter of how it is read, but of `[limits]`.
    pub fn limit(self) -> Option<Limit> {
        LIMITS.iter().find(|(class, _)| *class == self).map(|(_, limit)| *limit)
    }

    /// What `[refuse]` may name.
    pub fn rules() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|class| class.limit().is_none())
    }

    pub fn told(self) -> Told {
        match self {
            Self::TargetTooLong => Told::TargetTooLong,
            Self::HeadTooLarge | Self::HeadersTooMany => Told::HeadTooLarge,
            Self::HeadLate => Told::Nothing,
            Self::LengthAndEncoding
            | Self::LengthTwice
            | Self::LengthMalformed
            | Self::EncodingNotChunked
            | Self::EncodingOnOldVersion
            | Self::ChunkMalformed
            | Self::HostMissing
            | Self::HostTwice
            | Self::HostMalformed
            | Self::OtherAuthority
            | Self::LineFolded
            | Self::BareLf
            | Self::BareCr
            | Self::SpaceBeforeColon
            | Self::HeaderMalformed
            | Self::ValueControlCharacter
            | Self::RequestLineMalformed
            | Self::VersionUnknown
            | Self::MethodUnknown
            | Self::TargetForm
            | Self::TargetCharacter
            | Self::Fragment
            | Self::ControlCharacter
            | Self::NominatedHeader
            | Self::Upgrade => Told::BadRequest,
        }
    }

    /// Why it is refused whatever `[refuse]` says; nothing where it may be let through and only be counted.
    pub fn always(self) -> Option<&'static str> {
        match self {
            Self::LengthAndEncoding
            | Self::LengthTwice
            | Self::LengthMalformed
            | Self::EncodingNotChunked
            | Self::EncodingOnOldVersion
            | Self::ChunkMalformed => {
                Some("nobody could say where such a request ends and the next one begins")
            }
            Self::LineFolded
            | Self::BareCr
            | Self::SpaceBeforeColon
            | Self::HeaderMalformed
            | Self::ValueControlCharacter
            | Self::RequestLineMalformed
            | Self::VersionUnknown
            | Self::TargetForm
            | Self::TargetCharacter => {
                Some("the gateway cannot read such a request, so it could not forward it")
            }
            Self::HeadTooLarge | Self::HeadersTooMany | Self::TargetTooLong | Self::HeadLate => {
                Some("it is a limit and protects the gateway itself")
            }
            Self::HostMissing
            | Self::HostTwice
            | Self::HostMalformed
            | Self::OtherAuthority
            | Self::BareLf
            | Self::MethodUnknown
            | Self::Fragment
            | Self::ControlCharacter
            | Self::NominatedHeader
            | Self::Upgrade => None,
        }
    }
}

/// Some of the classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u32);

impl Classes {
    pub fn contains(self, class: Class) -> bool {
        self.0 & Self::bit(class) != 0
    }

    pub fn add(&mut self, class: Class) {
        self.0 |= Self::bit(class);
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Class> {
        Class::ALL.iter().copied().filter(move |class| self.contains(*class))
    }

    fn bit(class: Class) -> u32 {
        1 << class as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_place_of_its_own_in_a_set_and_a_name_of_its_own() {
        let mut set = Classes::default();
        let mut names: Vec<&str> = Vec::new();
        for class in Class::ALL {
            assert!(!set.contains(*class) && !names.contains(&class.name()), "{class}");
            set.add(*class);
            names.push(class.name());
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), Class::ALL);
    }

    #[test]
    fn what_ends_without_an_answer_cannot_be_let_through() {
        for class in Class::ALL.iter().filter(|class| class.told() != Told::BadRequest) {
            assert!(class.always().is_some(), "{class}");
        }
    }
}
