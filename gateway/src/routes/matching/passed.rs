//! A row that was looked at and passed over, and why: for people who wonder what became of their request.

use std::fmt;

use super::{
    Matcher, Verb,
    row::{Methods, Row},
};
use crate::routes::{key::RouteKey, template::Template};

/// Nothing is worked out before it is asked for: the data path walks the same way and asks nothing.
pub struct Passed<'m, 'p> {
    pub(super) matcher: &'m Matcher,
    pub(super) row: &'m Row,
    pub(super) verb: Verb<'p>,
    /// Below a mount, the part of the path that is the mounted application's.
    pub(super) path: &'p str,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Why<'m> {
    OnlyWebSockets,
    NoWebSockets,
    /// The path fits, and these are the methods.
    Method(&'m [String]),
    Path(String),
}

impl<'m> Passed<'m, '_> {
    /// The key of the row; of a row with several methods the key with the request's, or the first.
    pub fn key(&self) -> &'m RouteKey {
        let route = match self.row {
            Row::Http { methods: Methods::Any(route), .. }
            | Row::WebSocket { route, .. }
            | Row::Closed { route, .. }
            | Row::Opaque { route } => *route,
            Row::Http { methods: Methods::Listed { names, routes }, .. } => {
                let same = |name: &String| self.verb == Verb::Http(name);
                routes[names.iter().position(same).unwrap_or(0)]
            }
            Row::Mount { key, .. } => return key,
        };
        &self.matcher.route(route).key
    }

    /// Whether it begins as the path does.
    pub fn is_near(&self) -> bool {
        self.template().is_none_or(|template| template.begins_like(self.path))
    }

    pub fn why(&self) -> Why<'m> {
        match (self.row, self.verb) {
            (Row::WebSocket { .. }, Verb::Http(_)) => return Why::OnlyWebSockets,
            (Row::Http { .. }, Verb::WebSocket) => return Why::NoWebSockets,
            (Row::Http { template, methods: Methods::Listed { names, .. } }, Verb::Http(_))
                if matches!(template.fit(self.path, self.matcher.int_max_digits), Ok(Some(_))) =>
            {
                return Why::Method(names);
            }
            (Row::Http { .. }, Verb::Http(_)) | (Row::WebSocket { .. }, Verb::WebSocket) => {}
            (Row::Mount { .. } | Row::Closed { .. } | Row::Opaque { .. }, _) => {}
        }
        Why::Path(self.template().map(|template| template.misfit(self.path)).unwrap_or_default())
    }

    fn template(&self) -> Option<&'m Template> {
        match self.row {
            Row::Http { template, .. }
            | Row::WebSocket { template, .. }
            | Row::Mount { template, .. }
            | Row::Closed { template, .. } => Some(template),
            Row::Opaque { .. } => None,
        }
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyWebSockets => formatter.write_str("takes WebSockets only"),
            Self::NoWebSockets => formatter.write_str("takes no WebSockets"),
            Self::Method(allow) => write!(formatter, "the path fits, the method is not {}", allow.join(", ")),
            Self::Path(why) => formatter.write_str(why),
        }
    }
}
