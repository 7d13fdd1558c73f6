//! The arguments of a handler as a whole: what they want of the body, and all of them read in FastAPI's order.

use std::borrow::Cow;

use http::Extensions;

use super::{Argument, Asked, BodyKind, Place, Refused, RequestRules, Section, arranged};
use crate::contract::{
    profile::users::IdKind,
    python::Value,
    validation::{Errors, Step},
};

/// What axum's `Handler` names a handler by: a marker, and the types of its arguments.
pub trait Arguments {
    const BODY: Option<BodyKind>;
    const USER_ID: Option<IdKind>;

    /// The values for the extractors, or why there are none.
    fn read(asked: &Asked) -> Extensions;
}

/// One argument's part of the reading.
struct Reader {
    place: Place,
    read: for<'a> fn(Option<&'a Value>, RequestRules, &mut Errors<'a>, &mut Extensions),
}

fn reader<A: Argument>() -> Reader {
    Reader { place: A::PLACE, read: A::read }
}

/// By section, and within one by the order of the arguments.
fn read_all(readers: &[Reader], given: &[Option<Cow<'_, Value>>], rules: RequestRules) -> Extensions {
    let mut values = Extensions::new();
    let mut errors = Errors::default();
    for section in Section::ALL {
        for (reader, given) in readers.iter().zip(given) {
            if reader.place == Place::Input(section) {
                errors.within(Step::Name(section.name()), |errors| {
                    (reader.read)(given.as_deref(), rules, errors, &mut values);
                });
            }
        }
    }
    if !errors.is_empty() {
        values.insert(Refused(errors.failure()));
    }
    values
}

const fn first_body(bodies: &[Option<BodyKind>]) -> Option<BodyKind> {
    let mut at = 0;
    while at < bodies.len() {
        if bodies[at].is_some() {
            return bodies[at];
        }
        at += 1;
    }
    None
}

const fn first_user_id(kinds: &[Option<IdKind>]) -> Option<IdKind> {
    let mut at = 0;
    while at < kinds.len() {
        if kinds[at].is_some() {
            return kinds[at];
        }
        at += 1;
    }
    None
}

macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<M, $($argument: Argument),*> Arguments for (M, $($argument,)*) {
            const BODY: Option<BodyKind> = {
                arranged(&[$($argument::PLACE),*], &[$($argument::BODY),*]);
                first_body(&[$($argument::BODY),*])
            };
            // Who asks stands there once.
            const USER_ID: Option<IdKind> = first_user_id(&[$($argument::USER_ID),*]);

            fn read(asked: &Asked) -> Extensions {
                let given = [$($argument::give(asked)),*];
                let mut values = read_all(&[$(reader::<$argument>()),*], &given, asked.rules);
                $($argument::keep(asked, &mut values);)*
                values
            }
        }
    };
}

arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);
arguments!(A B C D E F G H);
