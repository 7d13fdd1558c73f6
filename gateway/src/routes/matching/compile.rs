//! The lock becomes a matcher: templates compiled, every route with its key, its protection and its application.

use super::{
    AppId, Application, Kind, LockedRoute, Matcher, RouteId, SchemeId,
    row::{App, Frontend, Methods, Row},
};
use crate::routes::{
    key::RouteKey,
    lock::{self, Lock, LockError, LockedApp, row::Protocol},
    template::Template,
};

/// The name that Starlette gives to what lies below a mount.
const BELOW: &str = "path";

pub(super) fn compile(lock: &Lock) -> Result<Matcher, LockError> {
    let mut compiler = Compiler { routes: Vec::new(), applications: Vec::new() };
    let app = compiler.app(&lock.app, "", None)?;
    Ok(Matcher {
        app,
        routes: compiler.routes,
        added: Vec::new(),
        schemes: lock.schemes.clone(),
        applications: compiler.applications,
        server_root_path: lock.server_root_path.clone(),
        location_escapes: lock.location_escapes.clone(),
        int_max_digits: lock.int_max_digits,
    })
}

struct Compiler {
    routes: Vec<LockedRoute>,
    applications: Vec<Application>,
}

/// Where a row stands: the path above it, and the application that it belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    prefix: &'a str,
    app: AppId,
}

impl Compiler {
    fn app(&mut self, app: &LockedApp, prefix: &str, parent: Option<AppId>) -> Result<App, LockError> {
        let id = AppId(narrow(self.applications.len()));
        let around = parent.map(|parent| self.applications[parent.index()].imitated.clone());
        let imitated =
            app.imitated().chain(around.iter().flat_map(|around| around.iter())).cloned().collect();
        let class = app.class.clone();
        self.applications.push(Application { prefix: prefix.to_owned(), class, parent, imitated });
        let place = Place { prefix, app: id };
        let rows = app.rows.iter().map(|row| self.row(row, place)).collect::<Result<_, _>>()?;
        let frontends = app
            .frontends
            .iter()
            .map(|frontend| Frontend {
                path: frontend.path.clone(),
                route: self.route("FRONTEND", &frontend.path, Kind::Frontend, &frontend.security, place),
            })
            .collect();
        let root_path = app.root_path.clone();
        Ok(App { id, root_path, redirect_slashes: app.redirect_slashes, rows, frontends })
    }

    fn row(&mut self, row: &lock::row::Row, place: Place<'_>) -> Result<Row, LockError> {
        use lock::row::Row as Locked;
        Ok(match row {
            Locked::Http(row) => {
                let template = Template::compile(&row.template, &row.params, None)?;
                Row::Http { template, methods: self.methods(row, place) }
            }
            Locked::Ws(row) => {
                let template = Template::compile(&row.template, &row.params, None)?;
                let route = self.route("WS", &row.template, Kind::WebSocket, &row.security, place);
                Row::WebSocket { template, route }
            }
            Locked::Mount(row) => self.mount(row, place)?,
            Locked::Host(_) => Row::Opaque { route: self.route("OPAQUE", "", Kind::Opaque, &[], place) },
            Locked::Opaque(row) => self.opaque(row, place)?,
        })
    }

    fn methods(&mut self, row: &lock::row::HttpRow, place: Place<'_>) -> Methods {
        match row.methods.as_deref() {
            None | Some([]) => {
                Methods::Any(self.route("ANY", &row.template, Kind::Http, &row.security, place))
            }
            Some(methods) => {
                let mut names = methods.to_vec();
                names.sort();
                let routes = names
                    .iter()
                    .map(|name| self.route(name, &row.template, Kind::Http, &row.security, place))
                    .collect();
                Methods::Listed { names, routes }
            }
        }
    }

    fn mount(&mut self, row: &lock::row::MountRow, place: Place<'_>) -> Result<Row, LockError> {
        let template = Template::compile(&row.template, &row.params, Some(BELOW))?;
        let Some(app) = &row.app else {
            let route = self.route("MOUNT", &row.template, Kind::Mount, &[], place);
            return Ok(Row::Closed { template, route });
        };
        let prefix = format!("{}{}", place.prefix, row.template);
        let key = RouteKey::new("MOUNT", &prefix);
        Ok(Row::Mount { template, app: self.app(app, &prefix, Some(place.app))?, key })
    }

    fn opaque(&mut self, row: &lock::row::OpaqueRow, place: Place<'_>) -> Result<Row, LockError> {
        let Some(pattern) = &row.pattern else {
            return Ok(Row::Opaque { route: self.route("OPAQUE", "", Kind::Opaque, &row.security, place) });
        };
        let template = Template::compile(&pattern.template, &pattern.params, None)?;
        let route = self.route("OPAQUE", &pattern.template, Kind::Opaque, &row.security, place);
        Ok(match (pattern.protocol, &pattern.methods) {
            (Protocol::WebSocket, _) => Row::WebSocket { template, route },
            (Protocol::Http, None) => Row::Http { template, methods: Methods::Any(route) },
            (Protocol::Http, Some(methods)) => {
                let mut names = methods.clone();
                names.sort();
                let routes = vec![route; names.len()];
                Row::Http { template, methods: Methods::Listed { names, routes } }
            }
        })
    }

    fn route(
        &mut self,
        method: &str,
        template: &str,
        kind: Kind,
        security: &[usize],
        place: Place<'_>,
    ) -> RouteId {
        let template = format!("{}{template}", place.prefix);
        let template = if template.starts_with('/') { template } else { format!("/{template}") };
        let template = if kind == Kind::Frontend { template.trim_end_matches('/') } else { &template };
        let route = LockedRoute {
            key: RouteKey::new(method, template),
            kind,
            security: security.iter().map(|index| SchemeId(narrow(*index))).collect(),
            app: place.app,
        };
        let index = self.routes.iter().position(|known| *known == route).unwrap_or_else(|| {
            self.routes.push(route);
            self.routes.len() - 1
        });
        RouteId(narrow(index))
    }
}

pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("a lock that fits in memory has fewer than four billion routes")
}
