//! Routes that the lock does not have: found by method and path alone, whatever the lock makes of the path.

use super::{AppId, Kind, LockedRoute, Matcher, Params, RouteId};
use crate::routes::{
    added::AddedRoute,
    lock::{
        LockError,
        row::{Converter, Param},
    },
    target::{Target, route_path},
    template::Template,
};

#[derive(Debug)]
pub(super) struct Row {
    template: Template,
    route: RouteId,
}

impl Matcher {
    /// The same matcher with routes of the gateway's own. What the lock has by the same key is the lock's.
    pub fn with_added(mut self, added: &[AddedRoute]) -> Result<Self, LockError> {
        for AddedRoute { key, guard } in added {
            if self.routes.iter().any(|known| known.key == *key) {
                continue;
            }
            let template = Template::compile(key.template(), &params(key.template()), None)?;
            let route = RouteId(super::compile::narrow(self.routes.len()));
            let (key, kind) = (key.clone(), Kind::Added(*guard));
            self.routes.push(LockedRoute { key, kind, security: Vec::new(), app: AppId::OUTERMOST });
            self.added.push(Row { template, route });
        }
        Ok(self)
    }

    /// The added route that a request names, whether or not it is in force.
    pub fn find_added<'m>(&'m self, method: &str, target: &Target<'_>) -> Option<(RouteId, Params<'m>)> {
        let root_path =
            if self.app.root_path.is_empty() { &self.server_root_path } else { &self.app.root_path };
        let path = route_path(&target.path, root_path);
        self.added.iter().filter(|row| self.route(row.route).key.method() == method).find_map(|row| {
            // Their parameters are texts, so no converter raises.
            let texts = row.template.fit(path, self.int_max_digits).ok()??;
            let params = texts.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
            Some((row.route, params))
        })
    }

    /// Every route by its id: the lock's, then the added ones.
    pub fn all_ids(&self) -> impl Iterator<Item = RouteId> + use<> {
        (0u32..).map(RouteId).take(self.routes.len())
    }

    pub fn all_routes(&self) -> &[LockedRoute] {
        &self.routes
    }

    pub fn is_added(&self, id: RouteId) -> bool {
        id.index() >= self.locked()
    }

    pub(super) fn locked(&self) -> usize {
        self.routes.len() - self.added.len()
    }
}

/// One segment of the path each, as Starlette's `str`.
fn params(template: &str) -> Vec<Param> {
    let names = template.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let param = |(name, _): (&str, &str)| Param {
        name: name.to_owned(),
        converter: Converter::Str,
        regex: "[^/]+".to_owned(),
    };
    names.map(param).collect()
}
