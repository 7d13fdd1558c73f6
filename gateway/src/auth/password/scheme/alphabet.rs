//! Two spellings of base64 that only hashes have.

use base64::{
    alphabet::{self, Alphabet},
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

pub(in crate::auth::password) const OF_BCRYPT: GeneralPurpose =
    GeneralPurpose::new(&alphabet::BCRYPT, NO_PAD);

/// passlib's: `.` for `+`, and no padding.
pub(super) const OF_PASSLIB: GeneralPurpose = GeneralPurpose::new(&ADAPTED, NO_PAD);

const ADAPTED: Alphabet =
    match Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") {
        Ok(alphabet) => alphabet,
        Err(_) => panic!("64 different characters"),
    };
