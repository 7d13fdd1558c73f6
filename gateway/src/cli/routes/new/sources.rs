//! What a skeleton is made from: the route in the lock, the document, and the tables where they can be asked.

use std::{fs, path::Path};

use super::{NewArgs, NewError, fetch::fetch};
use crate::{
    cli::{files::Routing, routes::routing},
    config::{Config, Shared},
    db::direct::Direct,
    routes::{
        key::RouteKey,
        matching::{Kind, LockedRoute},
    },
    skeleton::{
        Known, Protection,
        catalog::{Column, model},
        document::Document,
    },
};

const BESIDE: &str = "openapi.json";

pub(super) struct Sources {
    pub(super) key: RouteKey,
    protection: Protection,
    document: Document,
    columns: Option<Vec<Column>>,
}

impl Sources {
    pub(super) fn read(arguments: &NewArgs) -> Result<Self, NewError> {
        let (shared, config) = arguments.files.settings()?;
        let routing = routing(&shared)?;
        let key = routing.sources.known().named(&arguments.key)?;
        let protection = protection(&routing, &key)?;
        let document = document(arguments, &shared)?;
        let config = config.filter(|_| !arguments.offline);
        let columns = config.as_ref().map(columns).transpose()?.flatten();
        Ok(Self { key, protection, document, columns })
    }

    pub(super) fn known<'a>(&'a self, arguments: &'a NewArgs) -> Known<'a> {
        Known {
            route: &self.key,
            document: &self.document,
            protection: self.protection.clone(),
            resource: arguments.resource.as_deref(),
            handler: arguments.handler.as_deref(),
            columns: self.columns.as_deref(),
        }
    }
}

/// Also whether it can be native at all.
fn protection(routing: &Routing, key: &RouteKey) -> Result<Protection, NewError> {
    let matcher = &routing.sources.matcher;
    let found = matcher.route_ids().find(|id| matcher.route(*id).key == *key);
    // A route that only the gateway has says itself what it asks for.
    let Some(id) = found else { return Ok(Protection::Open) };
    let route: &LockedRoute = matcher.route(id);
    let why =
        match route.kind {
            Kind::Http | Kind::Added(_) => None,
            Kind::WebSocket => Some("a WebSocket is always tunnelled to the legacy".to_owned()),
            Kind::Mount => Some("what is below a mount is only known to the legacy".to_owned()),
            Kind::Frontend => Some("its answers depend on the legacy's files".to_owned()),
            Kind::Opaque => {
                // The note names the method, the key of an opaque row does not.
                let template =
                    |route: &str| route.split_once(' ').is_some_and(|(_, rest)| rest == key.template());
                let note = routing.lock.notes.iter().find(|note| template(&note.route));
                Some(note.map_or_else(
                    || "only the legacy knows what it takes".to_owned(),
                    |note| note.reason.clone(),
                ))
            }
        };
    if let Some(why) = why {
        return Err(NewError::NotNative { key: key.clone(), why });
    }
    if route.security.is_empty() {
        return Ok(Protection::Open);
    }
    let known = routing.sources.known();
    let enforced = known.routes.iter().any(|known| known.key == *key && known.protected && !known.documented);
    let schemes = route.security.iter().map(|scheme| matcher.schemes()[scheme.index()].name.clone());
    Ok(if enforced { Protection::Bearer } else { Protection::Other(schemes.collect()) })
}

fn document(arguments: &NewArgs, shared: &Shared) -> Result<Document, NewError> {
    let (place, text) = match &arguments.openapi {
        Some(place) => (place.clone(), text(place)),
        None => {
            let served = shared.legacy.as_ref().ok().and_then(|addresses| addresses.first());
            let served = served.map(|address| format!("http://{}/openapi.json", address.authority()));
            match served.map(|place| (fetch(&place), place)) {
                Some((Ok(text), place)) => (place, Ok(text)),
                Some((Err(_), place)) if !Path::new(BESIDE).exists() => {
                    let why = fetch(&place).err().unwrap_or_default();
                    (place, Err(why))
                }
                Some((Err(_), _)) | None => (BESIDE.to_owned(), text(BESIDE)),
            }
        }
    };
    let remedy = "start the legacy that LEGACY_URL names, or say --openapi FILE";
    let text = text.map_err(|why| NewError::Away { place: place.clone(), why, remedy })?;
    Document::parse(&text).map_err(|why| NewError::NoDocument { place, why })
}

fn text(place: &str) -> Result<String, String> {
    if place.starts_with("http://") || place.starts_with("https://") {
        return fetch(place);
    }
    fs::read_to_string(place).map_err(|error| format!("cannot be read: {error}"))
}

/// Nothing without a database; one that is named and away would make another skeleton of the same route.
fn columns(config: &Config) -> Result<Option<Vec<Column>>, NewError> {
    let Some(url) = &config.database.direct else { return Ok(None) };
    let away = |why: String| NewError::Away {
        place: "DATABASE_URL".to_owned(),
        why,
        remedy: "start the database, or say --offline to have the columns guessed",
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let columns = runtime.map_err(|error| away(error.to_string()))?.block_on(async {
        let direct = Direct::open(url, "gateway routes new", &[]).await.map_err(|error| error.to_string())?;
        model::columns(&direct.client).await.map_err(|error| error.to_string())
    });
    columns.map(Some).map_err(away)
}
