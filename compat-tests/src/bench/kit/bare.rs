//! The route as somebody would write it with axum and serde alone, its checks by hand.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tower::ServiceExt;

use super::{Answering, CREATED, PATH};

#[derive(Deserialize)]
struct TaskCreate {
    title: String,
    description: Option<String>,
    #[serde(default)]
    status: Status,
    #[serde(default)]
    priority: i32,
    estimate_hours: Option<f64>,
    #[serde(default, deserialize_with = "instant")]
    due_at: Option<DateTime<FixedOffset>>,
    project_id: Option<i32>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    #[default]
    Todo,
    Doing,
    Done,
}

#[derive(Serialize)]
struct TaskPublic {
    id: i32,
    title: String,
    description: Option<String>,
    status: Status,
    priority: i32,
    estimate_hours: Option<f64>,
    created_at: &'static str,
    updated_at: Option<&'static str>,
    #[serde(serialize_with = "zulu")]
    due_at: Option<DateTime<Utc>>,
    owner_id: i32,
    project_id: Option<i32>,
}

pub(super) fn service() -> impl Fn(Request<Body>) -> Answering + Clone + Send {
    let router = Router::new().route(PATH, post(create));
    move |request| {
        let router = router.clone();
        Box::pin(async move {
            let answer = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            Response::from_parts(head, Full::new(body))
        })
    }
}

/// What `Json<T>` does, which is a feature of axum that nothing else here needs.
async fn create(headers: HeaderMap, body: Bytes) -> Result<Response<Body>, (StatusCode, &'static str)> {
    let refused = |why| (StatusCode::UNPROCESSABLE_ENTITY, why);
    if headers.get(CONTENT_TYPE).is_none_or(|kind| !kind.as_bytes().starts_with(b"application/json")) {
        return Err(refused("content-type"));
    }
    let new: TaskCreate = serde_json::from_slice(&body).map_err(|_| refused("body"))?;
    if !(1..=255).contains(&new.title.chars().count()) {
        return Err(refused("title"));
    }
    if new.priority == i32::MIN {
        return Err(refused("priority"));
    }
    if new.estimate_hours.is_some_and(|hours| !hours.is_finite() || hours < 0.0) {
        return Err(refused("estimate_hours"));
    }
    if new.project_id.is_some_and(|project| project < 1) {
        return Err(refused("project_id"));
    }
    let task = TaskPublic {
        id: 1001,
        title: new.title,
        description: new.description,
        status: new.status,
        priority: new.priority,
        estimate_hours: new.estimate_hours,
        created_at: CREATED,
        updated_at: None,
        due_at: new.due_at.map(|due| due.to_utc()),
        owner_id: 1,
        project_id: new.project_id,
    };
    let body = serde_json::to_vec(&task).map_err(|_| refused("answer"))?;
    let answer = Response::builder().status(StatusCode::CREATED).header(CONTENT_LENGTH, body.len());
    let answer = answer.header(CONTENT_TYPE, "application/json");
    answer.body(Body::from(body)).map_err(|_| refused("answer"))
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    let text = Option::<std::borrow::Cow<'de, str>>::deserialize(from)?;
    text.map(|text| DateTime::parse_from_rfc3339(&text)).transpose().map_err(serde::de::Error::custom)
}

fn zulu<S: Serializer>(instant: &Option<DateTime<Utc>>, to: S) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => to.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        None => to.serialize_none(),
    }
}
