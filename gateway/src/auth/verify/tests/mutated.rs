//! Whatever is changed in a good token of any algorithm, it is no longer one; and no bytes make the verifier panic.

use std::sync::LazyLock;

use http::HeaderValue;
use proptest::prelude::*;

use super::{keyring::KEYS, *};
use crate::contract::profile::Algorithm;

/// One verifier and one good token for each algorithm.
static GOOD: LazyLock<Vec<(Verifier, String)>> = LazyLock::new(|| {
    let of = |algorithm: Algorithm| {
        let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
        (KEYS.verifier(algorithm), KEYS.signed(algorithm, &header, CLAIMS))
    };
    Algorithm::ALL.map(of).into()
});

#[test]
fn every_algorithm_verifies_what_was_signed_with_it_and_nothing_else() {
    for (algorithm, (verifier, good)) in Algorithm::ALL.into_iter().zip(GOOD.iter()) {
        for _ in 0..2 {
            assert_eq!(verdict(verifier, good), Ok(Subject::Int(7)), "{algorithm}");
        }
        for (other, (_, token)) in Algorithm::ALL.into_iter().zip(GOOD.iter()) {
            if other != algorithm {
                assert_eq!(verdict(verifier, token), Err("algorithm".to_owned()), "{other} for {algorithm}");
                // The same signature under the label that is expected here.
                let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
                let mislabelled = KEYS.signed(other, &header, CLAIMS);
                let told = verdict(verifier, &mislabelled);
                assert_eq!(told, Err("signature".to_owned()), "{other} as {algorithm}");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_changed_token_is_refused(
        which in 0..Algorithm::ALL.len(),
        at in any::<prop::sample::Index>(),
        replacement in "[A-Za-z0-9_.=~-]{0,3}",
    ) {
        let (verifier, good) = &GOOD[which];
        let at = at.index(good.len());
        let changed = format!("{}{replacement}{}", &good[..at], &good[at + 1..]);
        prop_assume!(changed != *good);
        prop_assert!(verdict(verifier, &changed).is_err());
    }

    #[test]
    fn a_token_that_was_cut_or_lengthened_is_refused(
        which in 0..Algorithm::ALL.len(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (verifier, good) = &GOOD[which];
        let (from, to) = (from.index(good.len()), to.index(good.len()));
        let (from, to) = (from.min(to), from.max(to));
        prop_assert!(verdict(verifier, &[&good[..from], &good[to + 1..]].concat()).is_err());
        prop_assert!(verdict(verifier, &[&good[..to], &good[from..]].concat()).is_err() || from == to);
    }

    /// Two bytes beside each other, or far apart, in the bytes that are signed or in the signature.
    #[test]
    fn a_flipped_bit_is_seen(
        which in 0..Algorithm::ALL.len(),
        part in 0usize..3,
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let (verifier, good) = &GOOD[which];
        let mut parts: Vec<Vec<u8>> =
            good.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url")).collect();
        let at = at.index(parts[part].len());
        parts[part][at] ^= 1 << bit;
        let changed: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        prop_assert!(verdict(verifier, &changed.join(".")).is_err());
    }

    #[test]
    fn no_bytes_make_the_verifier_panic(
        value in prop::collection::vec(any::<u8>(), 0..300),
        header in "\\PC{0,80}",
        claims in "\\PC{0,80}|[\\[\\]{}\":,0-9eE.+-]{0,60}",
    ) {
        let (verifier, _) = &GOOD[0];
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
            if let Ok(presented) = Presented::of(&headers, verifier.schemes(), false) {
                prop_assert!(verifier.verify_at(&presented, NOW).is_err());
            }
        }
        prop_assert!(verdict(verifier, &signed(&header, CLAIMS, SECRET)).is_err());
        // Signed by who has the key: whatever it says, it is judged.
        let _ = verdict(verifier, &signed(HEADER, &claims, SECRET));
    }
}
