//! What a handler may have among its arguments beside what a client sends.

use crate::{
    auth::{
        Client, Issuer, Principal,
        user::{CurrentUser, UserId},
    },
    contract::{
        profile::users::IdKind,
        request::{Argument, Place},
    },
    db::{ReadOnly, UnitOfWork},
};

impl Argument for UnitOfWork {
    const PLACE: Place = Place::Unit;
}

impl Argument for ReadOnly {
    const PLACE: Place = Place::Unit;
}

impl Argument for Issuer {
    const PLACE: Place = Place::Issuer;
}

impl Argument for Client {
    const PLACE: Place = Place::Client;
}

impl Argument for Principal {
    const PLACE: Place = Place::Caller;
}

impl<I: UserId> Argument for CurrentUser<I> {
    const PLACE: Place = Place::Caller;
    const USER_ID: Option<IdKind> = Some(I::KIND);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{
        Failure,
        answer::Reply,
        field::Whole,
        request::{Arguments, Body, Path},
    };

    fn is_a_handler<T: Arguments, H: axum::handler::Handler<T, crate::contract::json::Framework>>(_: H) {}

    async fn everything(
        _: ReadOnly,
        _: Issuer,
        _: Client,
        _: Principal,
        _: Path<Whole>,
        _: Body<Whole>,
    ) -> Result<Reply, Failure> {
        Ok(Reply::no_content())
    }

    async fn without_a_unit(_: Issuer, _: Client, _: Body<Whole>) -> Result<Reply, Failure> {
        Ok(Reply::no_content())
    }

    #[test]
    fn a_handler_has_its_arguments_in_this_order_and_needs_none_of_them() {
        is_a_handler(everything);
        is_a_handler(without_a_unit);
    }
}
