//! What is recorded, and where to: `[record]` as it is in force.

use std::{path::PathBuf, time::Duration};

use crate::parity::redaction::{Keep, Mode, Policy};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The first recording stands there, each later one beside it with a number.
    pub folder: PathBuf,
    /// Only these, if any are named.
    pub routes: Vec<RoutePattern>,
    pub except: Vec<RoutePattern>,
    /// Of 100 sessions.
    pub sample: u8,
    /// Of a longer body only the length is kept.
    pub body_max: u64,
    /// Of one file, before it is packed.
    pub segment_max: u64,
    /// Of everything on disk.
    pub total_max: u64,
    /// From when it began.
    pub time_max: Option<Duration>,
    pub mode: Mode,
    pub keep: Vec<String>,
    /// Of the key that pseudonyms are made with; without one each recording has its own.
    pub key_file: Option<PathBuf>,
}

/// A route as `gateway routes list` prints it, or the beginning of some with a `*` behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePattern(String);

impl RoutePattern {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What is under no route has the empty name.
    pub fn matches(&self, route: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => !route.is_empty() && route.starts_with(beginning),
            None => route == self.0,
        }
    }
}

impl Rules {
    pub fn to(folder: PathBuf) -> Self {
        Self {
            folder,
            routes: Vec::new(),
            except: Vec::new(),
            sample: 100,
            body_max: 1 << 20,
            segment_max: 64 << 20,
            total_max: 10 << 30,
            time_max: None,
            mode: Mode::Strict,
            keep: Vec::new(),
            key_file: None,
        }
    }

    pub(super) fn takes(&self, route: &str) -> bool {
        let named = |patterns: &[RoutePattern]| patterns.iter().any(|pattern| pattern.matches(route));
        (self.routes.is_empty() || named(&self.routes)) && !named(&self.except)
    }

    /// Of all requests of a session or of none of them.
    pub(super) fn samples(&self, session: u64) -> bool {
        session % 100 < u64::from(self.sample)
    }

    /// What is written under one set of these rules reads as one recording; the others may change in the middle.
    pub(super) fn continues(&self, before: &Self) -> bool {
        let said =
            |rules: &Self| (rules.folder.clone(), rules.mode, rules.keep.clone(), rules.key_file.clone());
        said(self) == said(before)
    }

    pub(super) fn policy(&self) -> Policy {
        // They were parsed before, where whoever wrote them is told of a mistake.
        let keep = self.keep.iter().filter_map(|text| text.parse::<Keep>().ok()).collect();
        Policy { mode: self.mode, keep, sensitive: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_taken_if_it_is_named_and_not_left_out() {
        let patterns = |list: &[&str]| list.iter().map(|text| RoutePattern::new(text)).collect::<Vec<_>>();
        let rules = |routes: &[&str], except: &[&str]| Rules {
            routes: patterns(routes),
            except: patterns(except),
            ..Rules::to(PathBuf::new())
        };
        for (routes, except, route, taken) in [
            (&[][..], &[][..], "GET /a", true),
            (&[], &[], "", true),
            (&["GET /a"], &[], "GET /a", true),
            (&["GET /a"], &[], "GET /ab", false),
            (&["GET /a*"], &[], "GET /ab", true),
            (&["GET /a*"], &["GET /ab"], "GET /ab", false),
            (&["*"], &[], "", false),
            (&[], &["GET /a*"], "GET /b", true),
            (&[], &["GET /a*"], "GET /a/b", false),
        ] {
            assert_eq!(rules(routes, except).takes(route), taken, "{routes:?} {except:?} {route}");
        }
    }

    #[test]
    fn of_a_hundred_sessions_as_many_are_taken_as_are_asked_for() {
        for sample in [0, 1, 10, 100] {
            let rules = Rules { sample, ..Rules::to(PathBuf::new()) };
            let taken = (0..1_000).filter(|session| rules.samples(*session)).count();
            assert_eq!(taken, usize::from(sample) * 10);
        }
    }

    #[test]
    fn what_is_redacted_in_another_way_is_another_recording() {
        let before = Rules::to(PathBuf::from("a"));
        let with = |change: fn(&mut Rules)| {
            let mut rules = before.clone();
            change(&mut rules);
            rules.continues(&before)
        };
        assert!(with(|rules| rules.sample = 5) && with(|rules| rules.body_max = 7));
        assert!(!with(|rules| rules.mode = Mode::Secrets));
        assert!(!with(|rules| rules.keep = vec!["query sort".to_owned()]));
        assert!(!with(|rules| rules.folder = PathBuf::from("b")));
    }
}
