//! What a native handler may have among its arguments.
//!
//! All that a client sends is read before the handler runs, and all that is wrong with it is told at once, in FastAPI's
//! order, whatever the order of the arguments.

use std::borrow::Cow;

use http::Extensions;

use super::{Asked, RequestRules};
use crate::contract::{profile::users::IdKind, python::Value, validation::Errors};

pub trait Argument {
    const PLACE: Place;
    /// What it wants of the request's body.
    const BODY: Option<BodyKind> = None;
    /// What it takes ids of users for.
    const USER_ID: Option<IdKind> = None;

    /// What was given for it, as Python would have it.
    fn give(_: &Asked) -> Option<Cow<'_, Value>> {
        None
    }

    /// Leaves the value where the extractor finds it, or says in `errors` why there is none.
    fn read<'a>(_: Option<&'a Value>, _: RequestRules, _: &mut Errors<'a>, _: &mut Extensions) {}

    /// Leaves for the extractor what is not judged here.
    fn keep(_: &Asked, _: &mut Extensions) {}
}

/// When an argument is made. A handler names its arguments in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The unit of work.
    Unit,
    /// What lets users in and out.
    Issuer,
    /// From where the request comes.
    Client,
    /// Who asks: known before anything is said about what they ask.
    Caller,
    Input(Section),
}

impl Place {
    const fn turn(self) -> u8 {
        match self {
            Self::Unit => 0,
            Self::Issuer => 1,
            Self::Client => 2,
            Self::Caller => 3,
            Self::Input(_) => 4,
        }
    }
}

/// FastAPI's order of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Path,
    Query,
    Header,
    Cookie,
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    Json,
    Form,
    /// Whichever of both it says that it is.
    Posted,
}

/// Refuses to compile a handler whose arguments stand in another order than they are made in, or that wants its body,
/// its unit of work or who asks twice: there is one of each, and the second argument would not get any.
///
/// ```compile_fail,E0080
/// # use gateway::{contract::{field::Whole, request::{Argument, Path, arranged}}, db::UnitOfWork};
/// const _: () = arranged(&[<Path<Whole>>::PLACE, UnitOfWork::PLACE], &[]);
/// ```
///
/// ```compile_fail,E0080
/// # use gateway::{auth::{Principal, user::CurrentUser}, contract::request::{Argument, arranged}};
/// const _: () = arranged(&[Principal::PLACE, CurrentUser::PLACE], &[]);
/// ```
///
/// ```compile_fail,E0080
/// # use gateway::contract::{field::Whole, request::{Argument, Body, arranged}};
/// const _: () = arranged(&[], &[<Body<Whole>>::BODY, <Body<Whole>>::BODY]);
/// ```
///
/// ```
/// # use gateway::{contract::{field::Whole, request::{Argument, Body, Path, arranged}}, db::UnitOfWork};
/// const _: () = arranged(
///     &[UnitOfWork::PLACE, <Body<Whole>>::PLACE, <Path<Whole>>::PLACE],
///     &[UnitOfWork::BODY, <Body<Whole>>::BODY, <Path<Whole>>::BODY],
/// );
/// ```
pub const fn arranged(places: &[Place], bodies: &[Option<BodyKind>]) {
    let (mut at, mut wanted) = (0, 0);
    while at < places.len() {
        assert!(
            at == 0 || places[at - 1].turn() < places[at].turn() || matches!(places[at], Place::Input(_)),
            "a handler names its one unit of work first, then the issuer, its client and who asks, each once, then what \
             they ask"
        );
        at += 1;
    }
    at = 0;
    while at < bodies.len() {
        wanted += bodies[at].is_some() as u8;
        at += 1;
    }
    assert!(wanted < 2, "a request has one body: put its parts into one model, `Embedded` or `Form`");
}

impl Section {
    pub const ALL: [Self; 5] = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::Body];

    /// The first element of `loc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Body => "body",
        }
    }
}
