//! The body that a route about users asks for: a form or JSON, with which fields.

use std::fmt;

use super::{AskedField, FieldKind, Presence, Purpose, TextLimits};
use crate::config::document::{item::Item, section::Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedBody {
    pub form: BodyForm,
    /// In the order in which the original declares them, which is the order of mistakes.
    pub fields: Vec<AskedField>,
    /// `extra="forbid"`
    pub forbids_others: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyForm {
    /// `OAuth2PasswordRequestForm`, as this version of FastAPI has it.
    OAuth2,
    /// Each field is a `Form()` parameter.
    Form,
    /// One model.
    Json,
    /// Each object outside is a body parameter of its own: `Body(embed=True)`.
    Embedded,
}

const FIELDS: &str = "fields = { email = { is = \"login\" }, password = { is = \"password\" } }";

impl AskedBody {
    /// `needed` are the purposes without which the route can do nothing.
    pub(super) fn read(section: &mut Section<'_>, needed: &[Purpose]) -> Option<Self> {
        let forms = [BodyForm::OAuth2, BodyForm::Form, BodyForm::Json, BodyForm::Embedded];
        let said = section.required("body", "body = \"json\"");
        let form = said.as_ref().and_then(|item| item.choice("a kind of bodies", &forms));
        if form == Some(BodyForm::OAuth2) {
            section.refuse(
                "fields",
                "the fields of `OAuth2PasswordRequestForm` are known",
                "remove it, or write `body = \"form\"`",
            );
            return Some(Self { form: BodyForm::OAuth2, fields: oauth2(), forbids_others: false });
        }
        // Of a kind that is misspelled nobody knows whether it needs them.
        let item = match (said, form) {
            (Some(_), None) => section.optional("fields"),
            _ => section.required("fields", FIELDS),
        };
        let fields = item.as_ref().and_then(|item| fields(item, needed));
        let forbids_others = section.optional("forbid_others").map_or(Some(false), |item| item.boolean());
        let body = Self { form: form?, fields: fields?, forbids_others: forbids_others? };
        body.is_flat_where_it_must(&item?).then_some(body)
    }

    /// A form has no objects in it.
    fn is_flat_where_it_must(&self, item: &Item<'_>) -> bool {
        let nested = self.fields.iter().find(|field| field.path.len() > 1);
        match (self.form, nested) {
            (BodyForm::Form | BodyForm::OAuth2, Some(field)) => {
                item.reject(
                    format!("`{}` cannot be a field of a form", field.path.join(".")),
                    "write `body = \"json\"`, or a name without dots",
                );
                false
            }
            _ => true,
        }
    }

    pub fn has(&self, purpose: &Purpose) -> bool {
        self.fields.iter().any(|field| field.purpose == *purpose)
    }
}

fn fields(item: &Item<'_>, needed: &[Purpose]) -> Option<Vec<AskedField>> {
    let read: Vec<Option<AskedField>> =
        item.section(FIELDS)?.entries().iter().map(AskedField::read).collect();
    let fields: Vec<AskedField> = read.into_iter().collect::<Option<_>>()?;
    let mut good = true;
    for purpose in [Purpose::Login, Purpose::Password, Purpose::NewPassword] {
        let (name, found) = (purpose.name(), fields.iter().filter(|field| field.purpose == purpose).count());
        if found == 0 && needed.contains(&purpose) {
            item.reject(
                format!("no field is the `{name}`"),
                format!("say it of one, as in `{{ is = \"{name}\" }}`"),
            );
            good = false;
        }
        if found > 0 && !needed.contains(&purpose) {
            item.reject(format!("this route has no use for a `{name}`"), "remove `is` there");
            good = false;
        }
        if found > 1 {
            item.reject(format!("two fields are the `{name}`"), "say it of one of them");
            good = false;
        }
    }
    good.then_some(fields)
}

/// Source: `fastapi/security/oauth2.py`. What the pattern of `grant_type` is hangs on the version.
fn oauth2() -> Vec<AskedField> {
    let field = |name: &str, purpose: Purpose, presence: Presence| AskedField {
        path: vec![name.to_owned()],
        purpose,
        kind: FieldKind::Text(TextLimits::default()),
        nullable: presence == Presence::Optional,
        presence,
        max_bytes: None,
    };
    let empty = crate::config::document::scalar::Scalar::Text(String::new());
    vec![
        field("grant_type", Purpose::Judged, Presence::Optional),
        field("username", Purpose::Login, Presence::Required),
        field("password", Purpose::Password, Presence::Required),
        field("scope", Purpose::Judged, Presence::Default(empty)),
        field("client_id", Purpose::Judged, Presence::Optional),
        field("client_secret", Purpose::Judged, Presence::Optional),
    ]
}

impl Purpose {
    fn name(&self) -> &str {
        match self {
            Self::Judged => "nothing",
            Self::Login => "login",
            Self::Password => "password",
            Self::NewPassword => "new_password",
            Self::Column(column) => column,
        }
    }
}

impl fmt::Display for BodyForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OAuth2 => "oauth2",
            Self::Form => "form",
            Self::Json => "json",
            Self::Embedded => "embedded",
        })
    }
}
