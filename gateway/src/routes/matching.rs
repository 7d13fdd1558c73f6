//! The route that a request names, exactly as the legacy's framework finds it.
//!
//! A pure function of (lock, verb, raw target). It refuses nothing: what must not pass is refused before.

mod added;
mod application;
mod compile;
mod location;
mod passed;
mod row;

use std::borrow::Cow;

use super::{
    added::Guard,
    key::RouteKey,
    lock::{Lock, LockError, scheme::Scheme},
    target::{Target, route_path},
    template::Raises,
};
pub use application::{AppId, Application};
pub(crate) use location::QUOTED;
pub use passed::{Passed, Why};
use row::{App, Fit, Row};

/// The lock, compiled. It never changes: another lock is another matcher.
#[derive(Debug)]
pub struct Matcher {
    app: App,
    /// The lock's, then the added ones.
    routes: Vec<LockedRoute>,
    added: Vec<added::Row>,
    schemes: Vec<Scheme>,
    applications: Vec<Application>,
    server_root_path: String,
    location_escapes: String,
    int_max_digits: usize,
}

/// What kind of request is looked for: an HTTP method, or the opening of a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb<'a> {
    Http(&'a str),
    WebSocket,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Outcome<'m> {
    /// `params` are matched texts, before any converter.
    Match {
        route: RouteId,
        params: Params<'m>,
    },
    /// The path is known, the method is not. `route` has the first of the methods that `allow` lists.
    Partial {
        route: RouteId,
        allow: &'m [String],
    },
    /// A slash too many or too few. `location` is path and query.
    Redirect {
        location: String,
    },
    Unlisted,
    /// A converter raises: the legacy answers 500.
    Error,
}

pub type Params<'m> = Vec<(&'m str, String)>;

/// Index into [`Matcher::all_routes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(u32);

/// Index into [`Matcher::schemes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemeId(u32);

/// One route. Two of the same key differ in what protects them; of two alike there is only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedRoute {
    pub key: RouteKey,
    pub kind: Kind,
    /// In the order in which the legacy solves them.
    pub security: Vec<SchemeId>,
    /// Whose route it is.
    pub app: AppId,
}

/// Where a request was decided, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Located<'m> {
    /// The innermost application that it reached.
    pub app: AppId,
    pub outcome: Outcome<'m>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Http,
    WebSocket,
    /// Something below that only the legacy knows.
    Mount,
    Opaque,
    Frontend,
    /// Not in the lock: the gateway's own.
    Added(Guard),
}

impl Matcher {
    pub fn new(lock: &Lock) -> Result<Self, LockError> {
        compile::compile(lock)
    }

    pub fn find<'m>(&'m self, verb: Verb<'_>, raw_target: &str) -> Outcome<'m> {
        self.find_target(verb, &self.read_target(raw_target))
    }

    pub fn find_target<'m>(&'m self, verb: Verb<'_>, target: &Target<'_>) -> Outcome<'m> {
        self.locate(verb, target).outcome
    }

    pub fn locate<'m>(&'m self, verb: Verb<'_>, target: &Target<'_>) -> Located<'m> {
        self.walk(verb, target, &mut |_| {})
    }

    /// The same, telling of each row that was looked at in vain.
    pub fn walk<'m>(
        &'m self,
        verb: Verb<'_>,
        target: &Target<'_>,
        tell: &mut impl FnMut(&Passed<'m, '_>),
    ) -> Located<'m> {
        let search = Search { matcher: self, verb, target };
        search.enter(&self.app, Cow::Borrowed(&self.server_root_path), Vec::new(), tell)
    }

    pub fn read_target<'t>(&self, raw_target: &'t str) -> Target<'t> {
        Target::read(raw_target, &self.server_root_path)
    }

    /// The lock's.
    pub fn routes(&self) -> &[LockedRoute] {
        &self.routes[..self.locked()]
    }

    pub fn route_ids(&self) -> impl Iterator<Item = RouteId> + use<> {
        (0u32..).map(RouteId).take(self.locked())
    }

    pub fn route(&self, id: RouteId) -> &LockedRoute {
        &self.routes[id.index()]
    }

    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// Whether this version of the framework looks at a `Host` before it believes it: since it escapes paths as well.
    pub fn checks_hosts(&self) -> bool {
        !self.location_escapes.is_empty()
    }

    pub fn applications(&self) -> &[Application] {
        &self.applications
    }

    /// The scheme that the gateway may verify in the legacy's place: the only one on the route, and a bearer.
    pub fn enforced(&self, id: RouteId, trusted_classes: &[String]) -> Option<&Scheme> {
        let route = self.route(id);
        match (route.kind, route.security.as_slice()) {
            (Kind::Http, [only]) => {
                Some(&self.schemes[only.index()]).filter(|scheme| scheme.is_verifiable(trusted_classes))
            }
            (
                Kind::Http | Kind::WebSocket | Kind::Mount | Kind::Opaque | Kind::Frontend | Kind::Added(_),
                _,
            ) => None,
        }
    }
}

impl RouteId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SchemeId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One request on its way through the applications.
struct Search<'m, 't> {
    matcher: &'m Matcher,
    verb: Verb<'t>,
    target: &'t Target<'t>,
}

impl<'m> Search<'m, '_> {
    /// A mounted application decides alone: what it does not list never comes back to its parent.
    fn enter(
        &self,
        app: &'m App,
        root_path: Cow<'_, str>,
        params: Params<'m>,
        tell: &mut impl FnMut(&Passed<'m, '_>),
    ) -> Located<'m> {
        let decided = |outcome| Located { app: app.id, outcome };
        let root_path = if app.root_path.is_empty() { root_path } else { Cow::Borrowed(&*app.root_path) };
        let path = route_path(&self.target.path, &root_path);
        let mut partial = None;
        for row in &app.rows {
            let passed = Passed { matcher: self.matcher, row, verb: self.verb, path };
            match self.fit(row, path) {
                Err(Raises) => return decided(Outcome::Error),
                Ok(Fit::None) => tell(&passed),
                Ok(Fit::Partial { route, allow }) => {
                    tell(&passed);
                    partial.get_or_insert(Outcome::Partial { route, allow });
                }
                Ok(Fit::Full { route, texts }) => {
                    return decided(Outcome::Match { route, params: with(params, &texts) });
                }
                Ok(Fit::Inside { app, mut texts }) => {
                    let (_, below) = texts.pop().expect("the last text of a mount is what lies below it");
                    let root_path = format!("{root_path}{}", above(path, below));
                    return self.enter(app, Cow::Owned(root_path), with(params, &texts), tell);
                }
            }
        }
        decided(partial.unwrap_or_else(|| self.fall_back(app, path, &root_path)))
    }

    /// What no row takes: the slash redirect first, then the frontends.
    fn fall_back(&self, app: &'m App, path: &str, root_path: &str) -> Outcome<'m> {
        if self.verb == Verb::WebSocket {
            return Outcome::Unlisted;
        }
        if app.redirect_slashes && path != "/" {
            let other = match path.strip_suffix('/') {
                Some(_) => self.target.path.trim_end_matches('/').to_owned(),
                None => format!("{}/", self.target.path),
            };
            let other_path = route_path(&other, root_path);
            for row in &app.rows {
                match self.fit(row, other_path) {
                    Err(Raises) => return Outcome::Error,
                    Ok(Fit::None) => {}
                    Ok(Fit::Partial { .. } | Fit::Full { .. } | Fit::Inside { .. }) => {
                        return Outcome::Redirect { location: self.location(&other) };
                    }
                }
            }
        }
        app.frontend(path).map_or(Outcome::Unlisted, |route| Outcome::Match { route, params: Vec::new() })
    }

    fn fit<'p>(&self, row: &'m Row, path: &'p str) -> Result<Fit<'m, 'p>, Raises> {
        row.fit(self.verb, path, self.matcher.int_max_digits)
    }

    fn location(&self, path: &str) -> String {
        location::render(path, self.target.query, &self.matcher.location_escapes)
    }
}

/// The part of `path` above a mount, as Starlette cuts it: as many characters off the end as `below` and a slash have.
/// Before a last newline, which `below` does not hold, that is one character too few.
fn above<'p>(path: &'p str, below: &str) -> &'p str {
    let last = below.chars().count();
    path.char_indices().rev().nth(last).map_or("", |(at, _)| &path[..at])
}

/// A mount's parameters reach the routes below it; the inner one wins.
fn with<'m>(mut params: Params<'m>, texts: &[(&'m str, &str)]) -> Params<'m> {
    params.reserve_exact(texts.len());
    for (name, text) in texts {
        match params.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = (*text).to_owned(),
            None => params.push((name, (*text).to_owned())),
        }
    }
    params
}

#[cfg(test)]
mod tests;
