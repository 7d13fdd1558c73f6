//! What must hold whatever bytes come: of tokens, and of the headers that nobody outside may set.
//!
//! Each target takes bytes, decides by them what to try, and panics where something holds no longer. Property tests call
//! them with bytes by chance, and so does `./dev fuzz`, which looks for such bytes on purpose (`--cfg fuzzing`).

mod choices;
mod forgery;
mod headers;
mod tokens;

use choices::Choices;

pub use headers::{answers, headers};
pub use tokens::{forged, signed, texts};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(any::<u8>(), 0..120)
    }

    proptest! {
        #[test]
        fn no_text_is_a_token_that_nobody_signed(bytes in bytes()) {
            texts(&bytes);
        }

        #[test]
        fn a_token_that_was_changed_is_refused(bytes in bytes()) {
            forged(&bytes);
        }

        #[test]
        fn a_strange_token_says_to_us_what_it_says_to_anybody(bytes in bytes()) {
            signed(&bytes);
        }

        #[test]
        fn no_header_that_somebody_takes_for_a_protected_one_passes(bytes in bytes()) {
            headers(&bytes);
        }

        #[test]
        fn what_the_gateway_tells_the_legacy_alone_stays_there(bytes in bytes()) {
            answers(&bytes);
        }
    }
}
