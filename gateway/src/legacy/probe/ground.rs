//! Where the legacy may be asked without a risk: which of its paths refuse what kind of request for certain.
//!
//! Where lock and document disagree about a path, it is left alone.

use http::Method;

use super::{
    Known,
    document::{Document, Operation},
};
use crate::routes::matching::{Kind, LockedRoute, Outcome, RouteId, SchemeId, Verb};

/// What is not there is not asked.
#[derive(Debug, Default)]
pub struct Ground {
    /// A path that the legacy does not have.
    pub nowhere: String,
    /// An origin that the legacy should allow.
    pub origin: String,
    /// Read with GET by everybody, and served for nothing else.
    pub open: Option<String>,
    /// A method that is certainly none of the open path's.
    pub wrong_method: Option<Method>,
    pub protected: Option<Protected>,
    /// It wants a token and a body, and will get neither.
    pub guarded: Option<(Method, String)>,
    /// It wants a JSON object with members that it will not get.
    pub strict: Option<(Method, String)>,
    /// A path and its parameter that must be an integer.
    pub integer: Option<(String, String)>,
    /// Paths of routes whose existence is asked for, with a method that they do not have.
    pub routes: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Protected {
    pub path: String,
    /// As the lock has it.
    pub scheme: Option<SchemeId>,
}

const LOCAL: &str = "http://localhost:3000";

impl Ground {
    pub fn find(known: &Known<'_>, document: Option<&Document>) -> Self {
        let site = Site { known, document };
        let open = site.open();
        Self {
            nowhere: format!("/nowhere-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]),
            origin: known.cors().and_then(first_origin).unwrap_or_else(|| LOCAL.to_owned()),
            wrong_method: open.as_deref().and_then(|path| site.wrong_method(path)),
            open,
            protected: site.protected(),
            guarded: site.guarded(),
            strict: site.strict(),
            integer: site.integer(),
            routes: site.plain_routes(),
        }
    }
}

fn first_origin(cors: &crate::routes::lock::cors::Cors) -> Option<String> {
    cors.allow_origins.iter().find(|origin| *origin != "*").cloned()
}

struct Site<'s> {
    known: &'s Known<'s>,
    document: Option<&'s Document>,
}

impl Site<'_> {
    fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.document.into_iter().flat_map(|document| &document.operations)
    }

    /// Routes of the lock, served by nothing that stands before them, and without a parameter.
    fn plain(&self) -> impl Iterator<Item = (RouteId, &LockedRoute)> {
        self.known.matcher.into_iter().flat_map(|matcher| {
            let all = matcher.route_ids().map(|id| (id, matcher.route(id)));
            all.filter(|(id, route)| {
                let (method, path) = (route.key.method(), route.key.template());
                let found = matcher.find(Verb::Http(method), path);
                route.kind == Kind::Http
                    && !path.contains('{')
                    && matches!(found, Outcome::Match { route, .. } if route == *id)
            })
        })
    }

    fn lacks(&self, method: &Method, path: &str) -> bool {
        let matcher = self.known.matcher;
        let by_lock = matcher.is_none_or(|matcher| {
            matches!(matcher.find(Verb::Http(method.as_str()), path), Outcome::Partial { .. })
        });
        by_lock && self.document.is_none_or(|document| !document.has(method, path))
    }

    fn open(&self) -> Option<String> {
        let get_only = |path: &str| self.lacks(&Method::HEAD, path) && self.lacks(&Method::OPTIONS, path);
        let locked: Vec<&str> = self
            .plain()
            .filter(|(_, route)| route.security.is_empty() && route.key.method() == "GET")
            .map(|(_, route)| route.key.template())
            .filter(|path| get_only(path))
            .collect();
        let named = locked.iter().find(|path| path.contains("health")).or(locked.first());
        if let Some(path) = named {
            return Some((*path).to_owned());
        }
        let plain = |operation: &&Operation| {
            operation.method == Method::GET && !operation.is_protected && !operation.has_parameters()
        };
        let document = self.document?;
        let mut documented = self.operations().filter(plain).map(|operation| &*operation.path);
        documented.find(|path| document.has_only(&Method::GET, path) && get_only(path)).map(str::to_owned)
    }

    /// Only where lock and document say so: a document may hide a route, and a lock may be of yesterday. One of the two
    /// that can do least without a body.
    fn wrong_method(&self, path: &str) -> Option<Method> {
        self.known.matcher.and(self.document)?;
        [Method::PATCH, Method::PUT].into_iter().find(|method| self.lacks(method, path))
    }

    fn protected(&self) -> Option<Protected> {
        let by_lock =
            self.plain().filter(|(_, route)| route.key.method() == "GET" && is_quiet(route.key.template()));
        let found = by_lock.filter_map(|(id, route)| Some((self.scheme(id)?, route))).next();
        if let Some((scheme, route)) = found {
            return Some(Protected { path: route.key.template().to_owned(), scheme: Some(scheme) });
        }
        let plain = |operation: &&Operation| {
            operation.method == Method::GET
                && operation.is_protected
                && !operation.has_parameters()
                && !operation.needs_query
                && is_quiet(&operation.path)
        };
        let path = self.operations().find(plain).map(|operation| operation.path.clone())?;
        Some(Protected { path, scheme: None })
    }

    /// The only scheme of the route, where it is one that refuses by itself.
    fn scheme(&self, id: RouteId) -> Option<SchemeId> {
        let matcher = self.known.matcher?;
        let trusted = self.known.profile.map_or(&[][..], |profile| &profile.enforce);
        matcher.enforced(id, trusted)?;
        matcher.route(id).security.first().copied()
    }

    fn guarded(&self) -> Option<(Method, String)> {
        let reads_a_body = |method: &Method, path: &str| {
            self.operations()
                .any(|each| each.method == *method && each.path == path && each.refuses_an_empty_body())
        };
        let by_lock = self.plain().filter(|(id, _)| self.scheme(*id).is_some());
        by_lock
            .filter_map(|(_, route)| {
                Some((
                    Method::from_bytes(route.key.method().as_bytes()).ok()?,
                    route.key.template().to_owned(),
                ))
            })
            .find(|(method, path)| *method != Method::GET && reads_a_body(method, path))
    }

    /// A login that lacks its members is the least that can be asked; else what lacks most.
    fn strict(&self) -> Option<(Method, String)> {
        let fits = |operation: &&Operation| {
            let (method, path) = (&operation.method, &*operation.path);
            let is_the_route = self.known.matcher.is_none_or(|matcher| {
                matches!(matcher.find(Verb::Http(method.as_str()), path), Outcome::Match { route, .. }
                    if matcher.route(route).kind == Kind::Http && matcher.route(route).key.template() == path)
            });
            operation.refuses_an_empty_body()
                && !operation.is_protected
                && !operation.has_parameters()
                && is_the_route
        };
        let is_login =
            |path: &str| ["login", "token", "signin", "session"].iter().any(|word| path.contains(word));
        let best = self
            .operations()
            .filter(fits)
            .max_by_key(|each| (is_login(&each.path), each.required_members))?;
        Some((best.method.clone(), best.path.clone()))
    }

    fn integer(&self) -> Option<(String, String)> {
        let fits = |operation: &&Operation| {
            operation.method == Method::GET
                && !operation.is_protected
                && !operation.has_parameters()
                && operation.validates
        };
        self.operations()
            .filter(fits)
            .find_map(|each| Some((each.path.clone(), each.integer_in_query.clone()?)))
    }

    fn plain_routes(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for (_, route) in self.plain().filter(|(_, route)| route.key.method() == "GET") {
            let path = route.key.template();
            if self.lacks(&Method::OPTIONS, path) && !paths.iter().any(|known| known == path) {
                paths.push(path.to_owned());
            }
        }
        // The framework's own pages are there in every application: they prove least.
        let own = ["/openapi.json", "/docs", "/redoc"];
        paths.sort_by_key(|path| own.iter().any(|page| path.starts_with(page)));
        paths
    }
}

/// Nothing that ends a session, should a token turn out to be good.
fn is_quiet(path: &str) -> bool {
    !["logout", "signout", "sign-out", "revoke", "delete", "refresh"].iter().any(|word| path.contains(word))
}
