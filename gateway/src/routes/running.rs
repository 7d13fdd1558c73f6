//! The lock and `routes.toml` joined: what every request is decided by.
//!
//! Immutable once built; a reload swaps in a new one, and a request keeps the one it began with.

mod policy;

use std::{path::PathBuf, sync::Arc};

pub use policy::{Auth, Policy};

use super::{
    file::{Known, KnownRoute, RoutesFile, Unlisted},
    key::RouteKey,
    lock::Lock,
    matching::{Matcher, RouteId},
};
use crate::{
    config::{
        Shared,
        mistakes::{Mistake, Mistakes},
    },
    contract::cors::Cors,
    legacy::address::LegacyAddress,
};

/// What stays the same while the process runs; joined with each `routes.toml` that is taken.
pub struct Sources {
    pub routes_path: PathBuf,
    pub matcher: Arc<Matcher>,
    /// Subclasses of the bearer schemes that are verified too, from the profile.
    enforced_classes: Vec<String>,
    /// `LEGACY_URL`, for when `routes.toml` names no addresses.
    pub legacy: Vec<LegacyAddress>,
    has_secret: bool,
    listed: Vec<KnownRoute>,
    native: Vec<RouteKey>,
    cors: Arc<CorsLayers>,
}

/// The CORS middlewares around each route and around everything else, innermost first.
struct CorsLayers {
    by_route: Vec<Arc<[Cors]>>,
    outside: Arc<[Cors]>,
}

/// One consistent view of who answers what.
pub struct Running {
    pub revision: u64,
    /// The file this was made from.
    pub text: String,
    pub matcher: Arc<Matcher>,
    pub unlisted: Unlisted,
    pub legacy: Vec<LegacyAddress>,
    policies: Vec<Policy>,
    cors: Arc<CorsLayers>,
}

impl Sources {
    pub fn new(
        shared: &Shared,
        lock: &Lock,
        matcher: Matcher,
        enforced_classes: &[String],
        native: Vec<RouteKey>,
    ) -> Self {
        let listed = matcher
            .route_ids()
            .map(|id| KnownRoute {
                key: matcher.route(id).key.clone(),
                protected: matcher.enforced(id, enforced_classes).is_some(),
            })
            .collect();
        let starlette = lock.versions.starlette.as_deref().unwrap_or("");
        let layers = |lock: &[super::lock::cors::Cors]| -> Arc<[Cors]> {
            lock.iter().map(|arguments| Cors::new(arguments, starlette)).collect()
        };
        let cors = CorsLayers {
            by_route: matcher.routes().iter().map(|route| layers(&route.cors)).collect(),
            outside: layers(matcher.cors()),
        };
        Self {
            routes_path: shared.files.routes.clone(),
            matcher: Arc::new(matcher),
            enforced_classes: enforced_classes.to_vec(),
            legacy: shared.legacy.clone().unwrap_or_default(),
            // One that cannot be read is told as such.
            has_secret: shared.jwt_secret != Ok(None),
            listed,
            native,
            cors: Arc::new(cors),
        }
    }

    /// What a routes file may name.
    pub fn known(&self) -> Known<'_> {
        Known { routes: &self.listed, native: &self.native }
    }

    /// What the routes make necessary, at the start and at every reload.
    pub fn complete(&self, running: &Running, mistakes: &mut Mistakes) {
        // An address that was written but is a mistake is told as such.
        if running.legacy.is_empty() && !mistakes.iter().any(|mistake| mistake.is_in_variable("LEGACY_URL")) {
            mistakes.push(Mistake::in_variable(
                "LEGACY_URL",
                "is not set, and `[legacy] urls` in the routes file names no address either",
                "set it to where the legacy listens, as in `http://127.0.0.1:8000`",
            ));
        }
        if !self.has_secret && running.verifies_tokens() {
            mistakes.push(Mistake::in_variable(
                "LEGACY_JWT_SECRET",
                "is not set, but there are routes that need a token",
                "set it (or SECRET_KEY, JWT_SECRET_KEY, JWT_SECRET) to the secret the legacy signs tokens with",
            ));
        }
    }

    pub fn join(&self, revision: u64, file: &RoutesFile, text: String) -> Running {
        let matcher = &self.matcher;
        Running {
            revision,
            text,
            matcher: Arc::clone(matcher),
            unlisted: file.unlisted,
            legacy: file.legacy_urls.clone().unwrap_or_else(|| self.legacy.clone()),
            policies: matcher
                .route_ids()
                .map(|id| Policy::new(matcher, id, file, &self.enforced_classes))
                .collect(),
            cors: Arc::clone(&self.cors),
        }
    }
}

impl Running {
    pub fn policy(&self, id: RouteId) -> &Policy {
        &self.policies[id.index()]
    }

    pub fn key(&self, id: RouteId) -> &RouteKey {
        &self.matcher.route(id).key
    }

    pub fn cors(&self, id: RouteId) -> &[Cors] {
        &self.cors.by_route[id.index()]
    }

    pub fn cors_outside(&self) -> &[Cors] {
        &self.cors.outside
    }

    /// Whether any route needs the key that verifies tokens.
    pub fn verifies_tokens(&self) -> bool {
        self.policies.iter().any(|policy| policy.auth != Auth::Open)
    }

    pub fn has_cors(&self) -> bool {
        !self.cors.outside.is_empty()
    }
}
