//! What clients send about tasks: the legacy's `app/schemas.py` and the parameters of its `list_tasks`.

use gateway_macros::Model;

use crate::contract::field::{DateTime, Given, Whole};

#[derive(Clone, Copy, Debug, Model)]
pub(crate) enum Status {
    #[field(value = "todo")]
    Todo,
    #[field(value = "doing")]
    Doing,
    #[field(value = "done")]
    Done,
}

#[derive(Clone, Copy, Debug, Model)]
pub(crate) enum Sort {
    #[field(value = "id")]
    Id,
    #[field(value = "-id")]
    IdDescending,
    #[field(value = "title")]
    Title,
    #[field(value = "-title")]
    TitleDescending,
    #[field(value = "priority")]
    Priority,
    #[field(value = "-priority")]
    PriorityDescending,
    #[field(value = "due_at")]
    DueAt,
    #[field(value = "-due_at")]
    DueAtDescending,
}

/// The parameters of `list_tasks`.
#[derive(Debug, Model)]
pub(crate) struct TaskQuery {
    pub(crate) status: Option<Status>,
    pub(crate) project_id: Option<Whole>,
    #[field(max_length = 100)]
    pub(crate) q: Option<String>,
    #[field(default = Sort::Id)]
    pub(crate) sort: Sort,
    #[field(ge = 0, le = 10_000, default = 0)]
    pub(crate) skip: i32,
    #[field(ge = 1, le = 100, default = 20)]
    pub(crate) limit: i32,
}

/// The parameters of `list_tasks_of_project`.
#[derive(Debug, Model)]
pub(crate) struct TaskPageQuery {
    #[field(ge = 0, le = 10_000, default = 0)]
    pub(crate) skip: i32,
    #[field(ge = 1, le = 100, default = 20)]
    pub(crate) limit: i32,
}

#[derive(Debug, Model)]
pub(crate) struct TaskCreate {
    #[field(min_length = 1, max_length = 255)]
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    #[field(default = Status::Todo)]
    pub(crate) status: Status,
    #[field(ge = -2_147_483_647, le = 2_147_483_647, default = 0)]
    pub(crate) priority: i32,
    #[field(ge = 0.0, allow_inf_nan = false)]
    pub(crate) estimate_hours: Option<f64>,
    pub(crate) due_at: Option<DateTime>,
    #[field(ge = 1, le = 2_147_483_647)]
    pub(crate) project_id: Option<i32>,
}

/// Every member may be absent, which is not the same as null.
#[derive(Debug, Model)]
pub(crate) struct TaskUpdate {
    #[field(min_length = 1, max_length = 255)]
    pub(crate) title: Given<String>,
    pub(crate) description: Given<Option<String>>,
    pub(crate) status: Given<Status>,
    #[field(ge = -2_147_483_647, le = 2_147_483_647)]
    pub(crate) priority: Given<i32>,
    #[field(ge = 0.0, allow_inf_nan = false)]
    pub(crate) estimate_hours: Given<Option<f64>>,
    pub(crate) due_at: Given<Option<DateTime>>,
    #[field(ge = 1, le = 2_147_483_647)]
    pub(crate) project_id: Given<Option<i32>>,
}
