//! One compiled row: how far it takes a request.

use super::{AppId, RouteId, Verb};
use crate::routes::{
    key::RouteKey,
    template::{Raises, Template, Texts},
};

#[derive(Debug)]
pub(super) struct App {
    pub(super) id: AppId,
    pub(super) root_path: String,
    pub(super) redirect_slashes: bool,
    pub(super) rows: Vec<Row>,
    pub(super) frontends: Vec<Frontend>,
}

#[derive(Debug)]
pub(super) enum Row {
    Http {
        template: Template,
        methods: Methods,
    },
    WebSocket {
        template: Template,
        route: RouteId,
    },
    Mount {
        template: Template,
        app: App,
        /// It is no route of its own; this is what to call it.
        key: RouteKey,
    },
    /// An application that only the legacy knows.
    Closed {
        template: Template,
        route: RouteId,
    },
    /// Takes whatever reaches it.
    Opaque {
        route: RouteId,
    },
}

#[derive(Debug)]
pub(super) enum Methods {
    Any(RouteId),
    /// `names` are sorted; `routes` stand beside them.
    Listed {
        names: Vec<String>,
        routes: Vec<RouteId>,
    },
}

#[derive(Debug)]
pub(super) struct Frontend {
    pub(super) path: String,
    pub(super) route: RouteId,
}

pub(super) enum Fit<'m, 'p> {
    None,
    Partial {
        route: RouteId,
        allow: &'m [String],
    },
    Full {
        route: RouteId,
        texts: Texts<'m, 'p>,
    },
    /// The last of `texts` is what lies below the mount.
    Inside {
        app: &'m App,
        texts: Texts<'m, 'p>,
    },
}

impl Row {
    pub(super) fn fit<'m, 'p>(
        &'m self,
        verb: Verb<'_>,
        path: &'p str,
        int_max_digits: usize,
    ) -> Result<Fit<'m, 'p>, Raises> {
        let fit = |template: &'m Template| template.fit(path, int_max_digits);
        match (self, verb) {
            (Self::Http { template, methods }, Verb::Http(method)) => {
                Ok(fit(template)?.map_or(Fit::None, |texts| methods.fit(method, texts)))
            }
            (Self::WebSocket { template, route }, Verb::WebSocket) => {
                Ok(fit(template)?.map_or(Fit::None, |texts| Fit::Full { route: *route, texts }))
            }
            (Self::Http { .. }, Verb::WebSocket) | (Self::WebSocket { .. }, Verb::Http(_)) => Ok(Fit::None),
            (Self::Mount { template, app, .. }, Verb::Http(_) | Verb::WebSocket) => {
                Ok(fit(template)?.map_or(Fit::None, |texts| Fit::Inside { app, texts }))
            }
            (Self::Closed { template, route }, Verb::Http(_) | Verb::WebSocket) => {
                Ok(fit(template)?.map_or(Fit::None, |mut texts| {
                    texts.pop();
                    Fit::Full { route: *route, texts }
                }))
            }
            (Self::Opaque { route }, Verb::Http(_) | Verb::WebSocket) => {
                Ok(Fit::Full { route: *route, texts: Vec::new() })
            }
        }
    }
}

impl Methods {
    fn fit<'m, 'p>(&'m self, method: &str, texts: Texts<'m, 'p>) -> Fit<'m, 'p> {
        match self {
            Self::Any(route) => Fit::Full { route: *route, texts },
            Self::Listed { names, routes } => match names.iter().position(|name| name == method) {
                Some(index) => Fit::Full { route: routes[index], texts },
                None => Fit::Partial { route: routes[0], allow: names },
            },
        }
    }
}

impl App {
    /// The frontend that serves `path`: the longest prefix, of two alike the first.
    pub(super) fn frontend(&self, path: &str) -> Option<RouteId> {
        let mut best: Option<(usize, RouteId)> = None;
        for frontend in &self.frontends {
            if let Some(length) = frontend.serves(path)
                && best.is_none_or(|(longest, _)| length > longest)
            {
                best = Some((length, frontend.route));
            }
        }
        best.map(|(_, route)| route)
    }
}

impl Frontend {
    /// How specific it is, where it serves the path at all. `/` serves everything.
    fn serves(&self, path: &str) -> Option<usize> {
        if self.path == "/" {
            return Some(0);
        }
        let rest = path.strip_prefix(&self.path)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| self.path.chars().count())
    }
}
