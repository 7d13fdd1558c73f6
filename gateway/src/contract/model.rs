//! A request model: members by name, as a Pydantic class declares them. Written with `#[derive(Model)]`.
//!
//! | in the original | here |
//! |---|---|
//! | `title: str = Field(min_length=1)`, `conint(ge=0)` | `#[field(min_length = 1)]`, `#[field(ge = 0)]`: any rule that the type has |
//! | `list[Annotated[str, Field(max_length=5)]]`, a dict's | `#[field(items(max_length = 5))]`, `keys(...)`, `values(...)` |
//! | `= value`, `Field(default_factory=f)` | `#[field(default = value)]`, `#[field(default = f())]`, made for each request |
//! | `x: int \| None = None` | `x: Option<i64>` |
//! | `x: int \| None` | `#[field(required)] x: Option<i64>` |
//! | `model_dump(exclude_unset=True)` | `x: Given<i64>` |
//! | `Field(alias="a")`, `validation_alias=AliasChoices("a", "b")` | `#[field(alias = "a")]`, `#[field(validation_alias = "a", validation_alias = "b")]` |
//! | `@field_validator("x")` | `#[field(check = f)]` with `fn(&T) -> Result<(), Refusal>`, `#[field(after = f)]` with `fn(T) -> Result<T, Refusal>` |
//! | `@model_validator(mode="after")` | the same two in `#[model(...)]` |
//! | `extra="forbid"`, `extra="allow"` | `#[model(extra = "forbid")]`, `#[model(extra = "allow")]` with `#[field(extra)] others: Dict` |
//! | `alias_generator=to_camel`, `to_pascal` | `#[model(rename_all = "camelCase")]`, `"PascalCase"` |
//! | `populate_by_name=True`, `str_strip_whitespace=True` | `#[model(populate_by_name, strip_whitespace)]` |
//! | `class Priority(str, Enum)`, `IntEnum` | an enum with `#[field(value = "low")]`, `#[field(value = 1)]` on its variants |
//! | `Literal["low", "high"]` | such an enum with `#[model(literal)]` |
//! | `Annotated[Union[Cat, Dog], Field(discriminator="kind")]` | `#[model(tag = "kind")]` on an enum that holds the models, their tags as values |
//!
//! ```
//! # use gateway::contract::{field::Given, model::Refusal};
//! # use gateway_macros::Model;
//! #[derive(Model)]
//! #[model(extra = "forbid", rename_all = "camelCase", check = in_order)]
//! struct Search {
//!     #[field(min_length = 1, max_length = 100)]
//!     text: String,
//!     #[field(items(ge = 1))]
//!     owner_ids: Option<Vec<i32>>,
//!     #[field(default = 1)]
//!     first_page: i32,
//!     #[field(ge = 1, default = 10)]
//!     last_page: i32,
//!     sort: Given<Sort>,
//! }
//!
//! #[derive(Clone, Copy, Model)]
//! enum Sort {
//!     #[field(value = "name")]
//!     Name,
//!     #[field(value = "-name")]
//!     NameDescending,
//! }
//!
//! fn in_order(search: &Search) -> Result<(), Refusal> {
//!     if search.first_page > search.last_page {
//!         return Err(Refusal::value_error("the pages are in no order"));
//!     }
//!     Ok(())
//! }
//! ```
//!
//! What the original could not mean does not compile: a word that nobody knows, a rule that the type does not have,
//! a name that leads to two fields, a model with parameters.
//!
//! ```compile_fail
//! # use gateway_macros::Model;
//! #[derive(Model)]
//! struct Wrong {
//!     #[field(minimum = 1)]
//!     count: i32,
//! }
//! ```
//!
//! ```compile_fail,E0599
//! # use gateway_macros::Model;
//! #[derive(Model)]
//! struct Wrong {
//!     #[field(min_length = 1)]
//!     count: i32,
//! }
//! ```
//!
//! ```compile_fail
//! # use gateway_macros::Model;
//! #[derive(Model)]
//! struct Wrong {
//!     #[field(alias = "count")]
//!     number: i32,
//!     count: i32,
//! }
//! ```
//!
//! ```compile_fail
//! # use gateway_macros::Model;
//! #[derive(Model)]
//! struct Wrong<T> {
//!     value: T,
//! }
//! ```

mod holding;
mod refusal;
mod tagged;
mod written;

use std::borrow::Cow;

use super::{
    field::{Field, Shape},
    python::{Dict, Text, Value},
    validation::{Errors, Problem, Step},
};

pub use holding::{Entries, Items};
pub use refusal::Refusal;
pub use tagged::tagged;
pub use written::{Filled, WrittenModel};

/// A struct whose fields are read by name from an object, or from parameters that come by name.
pub trait Model: Sized + Send + 'static {
    const MEMBERS: &'static [Member];
    const EXTRA: Extra;

    /// All members in the order of declaration, so that errors are told in that order.
    fn read_members<'a>(members: &mut Members<'a, '_>) -> Option<Self>;
}

/// What is known about a member before there is a value.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// What the field itself is called.
    pub field: &'static str,
    /// The names under which it is looked for, in that order; errors tell the first.
    pub names: &'static [&'static str],
    pub shape: Shape,
    /// It has a default other than `None`.
    pub defaulted: bool,
}

/// What happens to members that no field has: `model_config = ConfigDict(extra=...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    Ignore,
    Forbid,
    /// Kept in the field that says `#[field(extra)]`.
    Allow,
}

/// The members that a client gave.
pub struct Members<'a, 'e> {
    given: &'a Dict,
    /// What a missing member is missing from; nothing for parameters, each of which stands for itself.
    whole: Option<&'a Value>,
    errors: &'e mut Errors<'a>,
}

impl<'a, 'e> Members<'a, 'e> {
    pub fn new(given: &'a Dict, whole: Option<&'a Value>, errors: &'e mut Errors<'a>) -> Self {
        Self { given, whole, errors }
    }

    /// The value of a member, once its own validators took it. A default is not validated.
    pub fn read<T: Field>(
        &mut self,
        member: &'static Member,
        rules: &T::Rules,
        judge: impl FnOnce(T) -> Result<T, Refusal>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let Some((name, value)) = member.find(self.given) else {
            return absent().or_else(|| self.missing(member));
        };
        self.errors.within(Step::Name(name), |errors| {
            let judged = judge(T::read(value, rules, errors)?);
            judged.map_err(|refusal| errors.push(refusal.into_problem(), Cow::Borrowed(value))).ok()
        })
    }

    fn missing<T>(&mut self, member: &'static Member) -> Option<T> {
        let input = self.whole();
        let problem = Problem::new("missing", "Field required");
        self.errors.within(Step::Name(member.names.first()?), |errors| errors.push(problem, input));
        None
    }

    /// The members that no field has, in the order in which they came. A name that was passed over for another name
    /// of its field is one of them.
    fn others(
        &self,
        members: &'static [Member],
    ) -> impl Iterator<Item = (&'a Text, &'a Value)> + use<'a, 'e> {
        let given = self.given;
        let used: Vec<_> = members.iter().filter_map(|member| member.find(given)).collect();
        let is_used = move |name: &Text| used.iter().any(|(used, _)| name.as_str() == Some(*used));
        given.iter().filter(move |(name, _)| !is_used(name))
    }

    /// `extra="allow"`
    pub fn rest(&self, members: &'static [Member]) -> Option<Dict> {
        Some(self.others(members).map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// `extra="forbid"`
    pub fn refuse_rest(&mut self, members: &'static [Member]) -> Option<()> {
        let mut good = Some(());
        for (name, value) in self.others(members) {
            let problem = Problem::new("extra_forbidden", "Extra inputs are not permitted");
            self.errors.within(Step::Key(name), |errors| errors.push(problem, Cow::Borrowed(value)));
            good = None;
        }
        good
    }

    /// The model, once its own validators took it: `@model_validator(mode="after")`.
    pub fn judge<T>(&mut self, model: T, judge: impl FnOnce(T) -> Result<T, Refusal>) -> Option<T> {
        let input = self.whole();
        judge(model).map_err(|refusal| self.errors.push(refusal.into_problem(), input)).ok()
    }

    fn whole(&self) -> Cow<'a, Value> {
        self.whole.map_or(Cow::Owned(Value::None), Cow::Borrowed)
    }
}

impl Member {
    fn find<'a>(&self, given: &'a Dict) -> Option<(&'static str, &'a Value)> {
        self.names.iter().find_map(|name| Some((*name, given.get(name.as_bytes())?)))
    }
}

/// Reads a nested model, or a whole body.
pub fn read<'a, T: Model>(given: &'a Value, errors: &mut Errors<'a>) -> Option<T> {
    let read = errors.within_model::<T, _>(|errors| {
        let Value::Dict(members) = given else {
            errors.push(no_object(), Cow::Borrowed(given));
            return None;
        };
        T::read_members(&mut Members::new(members, Some(given), errors))
    });
    read.unwrap_or_else(|| {
        let message = "Recursion error - maximum validation depth exceeded";
        errors.push(Problem::new("recursion_depth_exceeded", message), Cow::Borrowed(given));
        None
    })
}

/// What a JSON body is checked as, and all that is in it: it has been a Python object before.
fn no_object() -> Problem {
    let message = "Input should be a valid dictionary or object to extract fields from";
    Problem::new("model_attributes_type", message)
}
