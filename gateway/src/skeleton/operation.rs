//! One route, as the rooms are going to spell it: the names, the arguments, the answer.

use super::{
    Known, Refusal,
    document::{OperationObject, Parameter, Schema},
    naming,
};
use crate::routes::key::RouteKey;

pub(super) struct Operation {
    pub(super) route: RouteKey,
    /// The folder, which is also the name of the table.
    pub(super) resource: String,
    /// The original's own name of its function.
    pub(super) handler: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) status: u16,
    pub(super) media_type: Option<String>,
    pub(super) answer: Option<Schema>,
}

pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) schema: Schema,
    pub(super) required: bool,
}

impl Operation {
    pub(super) fn read(known: &Known<'_>) -> Result<Self, Refusal> {
        let (method, template) = (known.route.method(), known.route.template());
        // It is written into comments and texts of the code.
        if template.contains(|one: char| one.is_control() || one == '"' || one == '\\') {
            return Err(Refusal::Path);
        }
        let path = without_converters(template);
        let found = known.document.operation(method, &path).ok_or(Refusal::NotInTheDocument)?;
        let own = naming::function(&found.operation_id, &path, method);
        let handler = known.handler.map_or(own, naming::identifier);
        let resource = resource(known.resource, &found, &path)?;
        let body = found.request_body.and_then(|body| {
            let (media_type, content) = body.content.into_iter().next()?;
            Some(Body { media_type, schema: content.schema, required: body.required })
        });
        let good = found.responses.into_iter().filter_map(|(status, response)| {
            let status = status.parse::<u16>().ok().filter(|status| (200..400).contains(status))?;
            Some((status, response))
        });
        let (status, content) = good
            .min_by_key(|(status, _)| *status)
            .map_or((200, None), |(status, response)| (status, response.content.into_iter().next()));
        let (media_type, answer) = content.map(|(kind, content)| (kind, content.schema)).unzip();
        Ok(Self {
            route: known.route.clone(),
            resource,
            handler,
            parameters: found.parameters,
            body,
            status,
            media_type,
            answer,
        })
    }

    /// In the order of the template, whatever the order of the document.
    pub(super) fn path(&self) -> Vec<&Parameter> {
        let template = without_converters(self.route.template());
        let mut path: Vec<_> = self.placed("path").collect();
        path.sort_by_key(|parameter| template.find(&format!("{{{}}}", parameter.name)));
        path
    }

    pub(super) fn placed(&self, place: &'static str) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.place == place)
    }

    pub(super) fn only_reads(&self) -> bool {
        matches!(self.route.method(), "GET" | "HEAD")
    }

    pub(super) fn is_partial(&self) -> bool {
        self.route.method() == "PATCH"
    }
}

/// `/files/{path:path}` is `/files/{path}` in a document.
pub(super) fn without_converters(template: &str) -> String {
    let mut path = String::new();
    let mut skipping = false;
    let mut inside = false;
    for character in template.chars() {
        match character {
            '{' => inside = true,
            '}' => (inside, skipping) = (false, false),
            ':' if inside => skipping = true,
            _ => {}
        }
        if !skipping {
            path.push(character);
        }
    }
    path
}

/// The tag that the original's router has, or the first word of the path that says something.
fn resource(chosen: Option<&str>, found: &OperationObject, path: &str) -> Result<String, Refusal> {
    let says_something = |part: &&str| {
        let version = part.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
        !part.is_empty() && !part.starts_with('{') && *part != "api" && !version
    };
    let name = match (chosen, found.tags.first(), path.split('/').find(says_something)) {
        (Some(chosen), ..) => chosen.to_owned(),
        (None, Some(tag), _) => naming::snake(tag),
        (None, None, part) => naming::snake(part.unwrap_or_default()),
    };
    let fine = name == naming::snake(&name) && !name.is_empty() && !naming::is_keyword(&name);
    if fine { Ok(name) } else { Err(Refusal::Resource { name }) }
}
