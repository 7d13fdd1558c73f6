//! What a handler may have among its arguments beside what a client sends.

use crate::{
    auth::{Principal, user::CurrentUser},
    contract::request::{Argument, Place},
    db::{ReadOnly, UnitOfWork},
};

impl Argument for UnitOfWork {
    const PLACE: Place = Place::Unit;
}

impl Argument for ReadOnly {
    const PLACE: Place = Place::Unit;
}

impl Argument for Principal {
    const PLACE: Place = Place::Caller;
}

impl Argument for CurrentUser {
    const PLACE: Place = Place::Caller;
}
