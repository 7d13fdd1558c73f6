//! Why a request is not in a recording.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its session is not in the sample.
    Sampled,
    /// `[record]` leaves its route out.
    Route,
    /// Too much waits to be written.
    Queue,
    /// The door refused a head that nobody can read for certain.
    Refused,
    /// The recording is as large, or has gone on for as long, as it may.
    Full,
    /// It could not be written.
    Disk,
    /// Looking for secrets in it failed.
    Unredacted,
}

impl Reason {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 7] =
        [Self::Sampled, Self::Route, Self::Queue, Self::Refused, Self::Full, Self::Disk, Self::Unredacted];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sampled => "sampled",
            Self::Route => "route",
            Self::Queue => "queue",
            Self::Refused => "refused",
            Self::Full => "full",
            Self::Disk => "disk",
            Self::Unredacted => "unredacted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn every_value_stands_at_its_place_in_its_list() {
        assert!(Reason::ALL.iter().enumerate().all(|(at, reason)| *reason as usize == at));
    }
}
