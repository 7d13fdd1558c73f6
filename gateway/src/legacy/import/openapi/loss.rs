//! What an OpenAPI document does not say, in the words that whoever relies on the lock needs.

use super::Told;
use crate::routes::lock::{Note, scheme::Scheme};

const ALWAYS: &[&str] = &[
    "the order of declaration is not in an OpenAPI document: routes of one method that can match the same path are left \
     to the legacy",
    "hidden routes, mounts, static files, WebSockets, HEAD and OPTIONS are not in an OpenAPI document: `OPAQUE /` takes \
     them, and the legacy answers; a hidden route that takes the very path of a listed one cannot be seen",
    "converters are not in an OpenAPI document: an integer is matched by digits and a UUID by its dashed lower-case form, \
     all else is left to the legacy; `{id:int}` is listed as `{id}`",
    "the arguments of CORSMiddleware are not in an OpenAPI document: the gateway's own answers carry no CORS headers",
    "redirect_slashes is not in an OpenAPI document: the legacy redirects",
    "custom route classes, route middleware and middleware are not in an OpenAPI document: a native route passes by \
     whatever they do",
];

pub(super) fn everywhere(told: &Told<'_>, schemes: &[Scheme], roots: &[String]) -> Vec<Note> {
    let mut notes: Vec<String> = ALWAYS.iter().map(|note| (*note).to_owned()).collect();
    for (name, option, given) in
        [("FastAPI", "--fastapi", told.fastapi), ("Starlette", "--starlette", told.starlette)]
    {
        if given.is_none() {
            notes.push(format!(
                "the version of {name} is not in an OpenAPI document: native answers are written as by an old one; say \
                 {option} VERSION"
            ));
        }
    }
    for root in roots {
        notes.push(format!(
            "the document names the root path `{root}`: whether it is cut off before matching is unknown"
        ));
    }
    for scheme in schemes {
        notes.push(format!(
            "security scheme `{}`: its class, its place among the dependencies, whether it is optional and what it \
             answers are not in an OpenAPI document: its routes pass through unverified, and one that becomes native \
             says `auth` itself",
            scheme.name
        ));
    }
    notes.into_iter().map(|reason| Note { route: "MOUNT /".to_owned(), reason }).collect()
}
