//! What clients send about tasks: the legacy's `app/schemas.py` and the parameters of its `list_tasks`.

use crate::contract::{
    Errors,
    lax::{Between, Choice, Float, Instant, Integer, Moment, Nullable, Text, Whole},
    python::Text as Chars,
    request::{JsonBody, QueryParams},
};

#[derive(Clone, Copy, Debug)]
pub(in crate::native::tasks) enum Status {
    Todo,
    Doing,
    Done,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::native::tasks) enum Sort {
    Id,
    IdDescending,
    Title,
    TitleDescending,
    Priority,
    PriorityDescending,
    DueAt,
    DueAtDescending,
}

const STATUS: Choice<Status> =
    Choice(&[("todo", Status::Todo), ("doing", Status::Doing), ("done", Status::Done)]);
const SORT: Choice<Sort> = Choice(&[
    ("id", Sort::Id),
    ("-id", Sort::IdDescending),
    ("title", Sort::Title),
    ("-title", Sort::TitleDescending),
    ("priority", Sort::Priority),
    ("-priority", Sort::PriorityDescending),
    ("due_at", Sort::DueAt),
    ("-due_at", Sort::DueAtDescending),
]);
const TITLE: Text = Text { at_least: Some(1), at_most: Some(255) };
const DESCRIPTION: Nullable<Text> = Nullable(Text::ANY);
const PRIORITY: Between = Between(-i32::MAX, i32::MAX);
const ESTIMATE_HOURS: Nullable<Float> = Nullable(Float { at_least: 0.0 });
const DUE_AT: Nullable<Instant> = Nullable(Instant);
const PROJECT_ID: Nullable<Between> = Nullable(Between(1, i32::MAX));

/// The parameters of `list_tasks`.
#[derive(Debug)]
pub(in crate::native::tasks) struct TaskQuery {
    pub(in crate::native::tasks) status: Option<Status>,
    pub(in crate::native::tasks) project_id: Option<Whole>,
    pub(in crate::native::tasks) q: Option<Chars>,
    pub(in crate::native::tasks) sort: Sort,
    pub(in crate::native::tasks) skip: i32,
    pub(in crate::native::tasks) limit: i32,
}

impl TaskQuery {
    pub(in crate::native::tasks) fn read<'a>(
        query: &'a QueryParams,
        errors: &mut Errors<'a>,
    ) -> Option<Self> {
        let mut fields = query.fields(errors);
        let status = fields.optional("status", &STATUS);
        let project_id = fields.optional("project_id", &Integer);
        let q = fields.optional("q", &Text { at_least: None, at_most: Some(100) });
        let sort = fields.or("sort", &SORT, Sort::Id);
        let skip = fields.or("skip", &Between(0, 10_000), 0);
        let limit = fields.or("limit", &Between(1, 100), 20);
        Some(Self {
            status: status?,
            project_id: project_id?,
            q: q?,
            sort: sort?,
            skip: skip?,
            limit: limit?,
        })
    }
}

#[derive(Debug)]
pub(in crate::native::tasks) struct TaskCreate {
    pub(in crate::native::tasks) title: Chars,
    pub(in crate::native::tasks) description: Option<Chars>,
    pub(in crate::native::tasks) status: Status,
    pub(in crate::native::tasks) priority: i32,
    pub(in crate::native::tasks) estimate_hours: Option<f64>,
    pub(in crate::native::tasks) due_at: Option<Moment>,
    pub(in crate::native::tasks) project_id: Option<i32>,
}

impl TaskCreate {
    pub(in crate::native::tasks) fn read<'a>(body: &'a JsonBody, errors: &mut Errors<'a>) -> Option<Self> {
        let mut fields = body.fields(errors)?;
        let title = fields.required("title", &TITLE);
        let description = fields.or("description", &DESCRIPTION, None);
        let status = fields.or("status", &STATUS, Status::Todo);
        let priority = fields.or("priority", &PRIORITY, 0);
        let estimate_hours = fields.or("estimate_hours", &ESTIMATE_HOURS, None);
        let due_at = fields.or("due_at", &DUE_AT, None);
        let project_id = fields.or("project_id", &PROJECT_ID, None);
        Some(Self {
            title: title?,
            description: description?,
            status: status?,
            priority: priority?,
            estimate_hours: estimate_hours?,
            due_at: due_at?,
            project_id: project_id?,
        })
    }
}

/// Every member may be absent, which is not the same as null.
#[derive(Debug)]
pub(in crate::native::tasks) struct TaskUpdate {
    pub(in crate::native::tasks) title: Option<Chars>,
    pub(in crate::native::tasks) description: Option<Option<Chars>>,
    pub(in crate::native::tasks) status: Option<Status>,
    pub(in crate::native::tasks) priority: Option<i32>,
    pub(in crate::native::tasks) estimate_hours: Option<Option<f64>>,
    pub(in crate::native::tasks) due_at: Option<Option<Moment>>,
    pub(in crate::native::tasks) project_id: Option<Option<i32>>,
}

impl TaskUpdate {
    pub(in crate::native::tasks) fn read<'a>(body: &'a JsonBody, errors: &mut Errors<'a>) -> Option<Self> {
        let mut fields = body.fields(errors)?;
        let title = fields.optional("title", &TITLE);
        let description = fields.optional("description", &DESCRIPTION);
        let status = fields.optional("status", &STATUS);
        let priority = fields.optional("priority", &PRIORITY);
        let estimate_hours = fields.optional("estimate_hours", &ESTIMATE_HOURS);
        let due_at = fields.optional("due_at", &DUE_AT);
        let project_id = fields.optional("project_id", &PROJECT_ID);
        Some(Self {
            title: title?,
            description: description?,
            status: status?,
            priority: priority?,
            estimate_hours: estimate_hours?,
            due_at: due_at?,
            project_id: project_id?,
        })
    }
}
