//! The lock and `routes.toml` joined: what every request is decided by.
//!
//! Immutable once built; a reload swaps in a new one, and a request keeps the one it began with.

mod policy;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

pub use policy::{Auth, Policy};

use super::{
    added::Guard,
    file::{Demands, Known, KnownRoute, Owner, RoutesFile, Unlisted},
    key::RouteKey,
    lock::{Lock, scheme::SchemeKind},
    matching::{AppId, Kind, LockedRoute, Matcher, Params, RouteId},
    target::Target,
};
use crate::{
    config::{
        Shared,
        mistakes::{Mistake, Mistakes},
    },
    contract::{middleware::Middleware, profile::users::IdKind},
    edge::Classes,
    legacy::{
        address::LegacyAddress,
        instances::{
            Targets,
            rules::{LegacyLimits, LegacyRules},
        },
    },
    limits::Limits,
    parity::capture::rules::Rules,
};

/// What stays the same while the process runs; joined with each `routes.toml` that is taken.
pub struct Sources {
    pub routes_path: PathBuf,
    pub matcher: Arc<Matcher>,
    /// Subclasses of the bearer schemes that are verified too, from the profile.
    enforced_classes: Vec<String>,
    /// `LEGACY_URL`, for when `routes.toml` names no addresses.
    pub legacy: Vec<LegacyAddress>,
    /// Or no profile needs it.
    has_secret: bool,
    /// Whether the profile says where users are.
    pub has_users: bool,
    /// The handlers that look up who asks, whose ids are others than the profile says; each with both.
    pub strangers: Vec<(RouteKey, IdKind, IdKind)>,
    /// Why the legacy could not be shown tokens of the gateway's own.
    pub unbridged: Option<String>,
    /// Whether there are keys to issue tokens with.
    has_keys: bool,
    /// The routes that need them.
    issuing: Vec<RouteKey>,
    /// Where this process listens: a legacy there would be the gateway itself.
    pub own: Vec<SocketAddr>,
    listed: Vec<KnownRoute>,
    added: Vec<KnownRoute>,
    native: Vec<RouteKey>,
    layers: Arc<Layers>,
}

/// The middlewares that our own answers pass through, by application, innermost first.
type Layers = [Arc<[Middleware]>];

/// One consistent view of who answers what.
pub struct Running {
    pub revision: u64,
    /// The file this was made from.
    pub text: String,
    pub matcher: Arc<Matcher>,
    pub unlisted: Unlisted,
    /// What the door lets through and only counts.
    pub reported: Classes,
    /// Where it is, and how its instances are treated.
    pub legacy: Targets,
    /// The file says so: the gateway answers itself what the framework would.
    pub is_legacy_gone: bool,
    pub limits: Arc<Limits>,
    /// What is recorded, as far as the file says.
    pub record: Option<Rules>,
    policies: Vec<Policy>,
    /// By route, as the policies; few have any.
    demands: Vec<Option<Demands>>,
    layers: Arc<Layers>,
}

impl Sources {
    pub fn new(
        shared: &Shared,
        lock: &Lock,
        matcher: Matcher,
        enforced_classes: &[String],
        native: Vec<RouteKey>,
        needs_secret: bool,
        issuing: Vec<RouteKey>,
    ) -> Self {
        let listed = matcher
            .route_ids()
            .map(|id| {
                let route = matcher.route(id);
                let documented = route
                    .security
                    .iter()
                    .any(|scheme| matcher.schemes()[scheme.index()].kind == SchemeKind::Documented);
                let protected = documented || matcher.enforced(id, enforced_classes).is_some();
                KnownRoute { key: route.key.clone(), protected, documented }
            })
            .collect();
        let added = matcher
            .all_ids()
            .filter(|id| matcher.is_added(*id))
            .map(|id| {
                let LockedRoute { key, kind, .. } = matcher.route(id);
                let protected = *kind == Kind::Added(Guard::Token);
                KnownRoute { key: key.clone(), protected, documented: false }
            })
            .collect();
        let starlette = lock.versions.starlette.as_deref().unwrap_or("");
        let around = |locked: &[super::lock::Middleware]| -> Arc<[Middleware]> {
            locked.iter().flat_map(|middleware| Middleware::of(middleware, starlette)).collect()
        };
        let layers = matcher.applications().iter().map(|app| around(&app.imitated)).collect();
        Self {
            routes_path: shared.files.routes.clone(),
            matcher: Arc::new(matcher),
            enforced_classes: enforced_classes.to_vec(),
            legacy: shared.legacy.clone().unwrap_or_default(),
            // One that cannot be read is told as such.
            has_secret: shared.jwt_secret != Ok(None) || !needs_secret,
            has_users: true,
            strangers: Vec::new(),
            unbridged: None,
            has_keys: shared.keys_directory.is_some() || shared.environment.is_development(),
            issuing,
            own: Vec::new(),
            listed,
            added,
            native,
            layers,
        }
    }

    /// What a routes file may name.
    pub fn known(&self) -> Known<'_> {
        Known { routes: &self.listed, added: &self.added, native: &self.native }
    }

    /// What the routes make necessary, at the start and at every reload.
    pub fn complete(&self, running: &Running, mistakes: &mut Mistakes) {
        // An address that was written but is a mistake is told as such.
        if running.legacy.addresses.is_empty()
            && !running.is_legacy_gone
            && !mistakes.iter().any(|mistake| mistake.is_in_variable("LEGACY_URL"))
        {
            mistakes.push(Mistake::in_variable(
                "LEGACY_URL",
                "is not set, and `[legacy] urls` in the routes file names no address either",
                "set it to where the legacy listens, as in `http://127.0.0.1:8000`",
            ));
        }
        let is_own = |address: &&LegacyAddress| self.own.iter().any(|own| address.is_at(*own));
        for address in running.legacy.addresses.iter().filter(is_own) {
            mistakes.push(Mistake::in_variable(
                "LEGACY_URL",
                format!(
                    "`{address}` is where the gateway itself listens: every request would come back to it"
                ),
                "set it (or `[legacy] urls` in the routes file) to where the legacy listens",
            ));
        }
        if let Some(route) = self.issuing(running).filter(|_| !self.has_keys) {
            mistakes.push(Mistake::in_variable(
                "GATEWAY_KEYS_DIR",
                format!("is not set, but `{route}` is native and needs keys"),
                "make keys with `gateway auth keygen --dir keys`, and set it to that directory",
            ));
        }
        for (route, own, written) in &self.strangers {
            if running.matcher.all_ids().any(|id| running.key(id) == route && running.is_native(id)) {
                mistakes.push(Mistake::in_file(
                    &self.routes_path,
                    format!(
                        "`{route}` is native, and its handler takes ids of users for `{own}`, which are `{written}` \
                         in `[legacy.users]`"
                    ),
                    "let the handler ask for `CurrentUser` with the type of that column, or write `\"legacy\"`",
                ));
            }
        }
        if let Some(route) = running.asks_who_calls().filter(|_| !self.has_users) {
            mistakes.push(Mistake::in_file(
                &self.routes_path,
                format!(
                    "`{route}` is native and asks who calls, but the profile does not say where users are"
                ),
                "describe them in `[legacy.users]` of legacy.toml, or write `\"legacy\"`",
            ));
        }
        if !self.has_secret && running.verifies_tokens() {
            mistakes.push(Mistake::in_variable(
                "LEGACY_JWT_SECRET",
                "is not set, but there are routes that need a token",
                "set it (or SECRET_KEY, JWT_SECRET_KEY, JWT_SECRET) to the secret the legacy signs tokens with",
            ));
        }
        // For want of the secret it could not be either, which is told already.
        let unbridged = self.unbridged.as_ref();
        let unbridged =
            unbridged.filter(|_| !mistakes.iter().any(|mistake| mistake.is_in_variable("LEGACY_JWT_SECRET")));
        if let Some((route, misfit)) = self.issuing(running).zip(unbridged) {
            mistakes.push(Mistake::in_variable(
                "legacy.toml",
                format!("`{route}` is native, and its tokens cannot be shown to the backend: {misfit}"),
                "or write `bridge = \"header\"` or `\"none\"` in `[auth]`",
            ));
        }
    }

    /// One of the routes that need keys and are answered here.
    pub fn issuing<'r>(&self, running: &'r Running) -> Option<&'r RouteKey> {
        let here = running.matcher.all_ids().filter(|id| running.is_there(*id));
        let mut native = here.filter(|id| running.is_native(*id));
        native.find_map(|id| Some(running.key(id)).filter(|key| self.issuing.contains(key)))
    }

    pub fn join(&self, revision: u64, file: &RoutesFile, text: String) -> Running {
        let matcher = &self.matcher;
        Running {
            revision,
            text,
            matcher: Arc::clone(matcher),
            unlisted: file.unlisted,
            reported: file.reported,
            is_legacy_gone: file.is_legacy_gone(),
            legacy: Targets::new(
                file.legacy_urls.clone().unwrap_or_else(|| self.legacy.clone()),
                LegacyRules { limits: LegacyLimits::of(&file.limits), ..file.legacy_rules.clone() },
            ),
            limits: Arc::new(file.limits.clone()),
            record: file.record.clone(),
            policies: matcher
                .all_ids()
                .map(|id| Policy::new(matcher, id, file, &self.enforced_classes))
                .collect(),
            demands: matcher
                .all_ids()
                .map(|id| {
                    let entry = file.routes.get(&matcher.route(id).key);
                    entry.map(|entry| &entry.demands).filter(|demands| !demands.are_none()).cloned()
                })
                .collect(),
            layers: Arc::clone(&self.layers),
        }
    }
}

impl Running {
    pub fn policy(&self, id: RouteId) -> &Policy {
        &self.policies[id.index()]
    }

    /// What the route asks of the user beyond being known.
    pub fn demands(&self, id: RouteId) -> Option<&Demands> {
        self.demands[id.index()].as_ref()
    }

    fn is_native(&self, id: RouteId) -> bool {
        self.policy(id).owner == Owner::Native
    }

    /// One of the legacy's own routes that a handler answers: each of them looks up its caller.
    fn asks_who_calls(&self) -> Option<&RouteKey> {
        let mut ids = self.matcher.all_ids();
        let found = ids.find(|id| !self.matcher.is_added(*id) && self.is_native(*id));
        found.map(|id| self.key(id))
    }

    /// The route of the gateway's own that a request names, if it is there.
    pub fn find_added(&self, method: &str, target: &Target<'_>) -> Option<(RouteId, Params<'_>)> {
        self.matcher.find_added(method, target).filter(|(id, _)| self.is_there(*id))
    }

    /// An added route is not there as long as the file leaves its path to the legacy.
    pub fn is_there(&self, id: RouteId) -> bool {
        !self.matcher.is_added(id) || self.policy(id).owner != Owner::Legacy
    }

    pub fn key(&self, id: RouteId) -> &RouteKey {
        &self.matcher.route(id).key
    }

    /// What an answer of ours passes through.
    pub fn layers(&self, app: AppId) -> &Arc<[Middleware]> {
        &self.layers[app.index()]
    }

    /// The same for an unhandled exception, which an application answers outside of its own middlewares.
    pub fn layers_around(&self, app: AppId) -> Option<&Arc<[Middleware]>> {
        self.matcher.applications()[app.index()].parent.map(|parent| self.layers(parent))
    }

    /// Whether any route needs the key that verifies tokens.
    pub fn verifies_tokens(&self) -> bool {
        self.matcher.all_ids().any(|id| self.is_there(id) && self.policy(id).auth != Auth::Open)
    }

    pub fn has_cors(&self, app: AppId) -> bool {
        self.layers(app).iter().any(Middleware::is_cors)
    }
}
