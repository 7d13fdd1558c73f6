//! `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, as argon2-cffi, pwdlib and passlib write it; also `i` and `d`.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    number::{fields, named},
    same,
};
use crate::auth::password::{Unusable, arena::Arena};

const MOST_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 20;
const MOST_LANES: u32 = 16;
/// Memory times passes: what takes a few seconds.
const MOST_WORK: u64 = 4 * MOST_KIB as u64;
const SALT: std::ops::RangeInclusive<usize> = 8..=64;
const OUTPUT: std::ops::RangeInclusive<usize> = 16..=64;

/// Each as hard as the others, by OWASP: memory in KiB, and passes.
const CURRENT: [(u32, u32); 5] = [(47104, 1), (19456, 2), (12288, 3), (9216, 4), (7168, 5)];

pub(in crate::auth::password) struct Argon2Hash {
    hasher: Argon2<'static>,
    is_current: bool,
    salt: Vec<u8>,
    output: Vec<u8>,
}

/// What a new hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    pub kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for Argon2Cost {
    fn default() -> Self {
        Self { kib: 19456, passes: 2, lanes: 1 }
    }
}

impl Argon2Cost {
    pub(in crate::auth::password) fn is_possible(self) -> bool {
        self.hasher(Algorithm::Argon2id, Version::V0x13, 32).is_ok()
    }

    fn check(self) -> Result<(), Unusable> {
        let work = u64::from(self.kib) * u64::from(self.passes);
        let absurd = self.kib > MOST_KIB || self.passes > MOST_PASSES || self.lanes > MOST_LANES;
        if absurd || work > MOST_WORK { Err(Unusable::Absurd) } else { Ok(()) }
    }

    pub(in crate::auth::password) fn hasher(
        self,
        algorithm: Algorithm,
        version: Version,
        output: usize,
    ) -> Result<Argon2<'static>, Unusable> {
        self.check()?;
        let params = Params::new(self.kib, self.passes, self.lanes, Some(output));
        Ok(Argon2::new(algorithm, version, params.map_err(|_| Unusable::Malformed)?))
    }
}

impl Argon2Hash {
    pub(super) fn read(hash: &str) -> Result<Self, Unusable> {
        let (version, [name, costs, salt, output]) = match fields::<5>(hash) {
            Ok([name, version, costs, salt, output]) => (named(version, "v")?, [name, costs, salt, output]),
            // What was written before there were versions.
            Err(_) => (0x10, fields::<4>(hash)?),
        };
        let algorithm = match name {
            "argon2id" => Algorithm::Argon2id,
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            _ => return Err(Unusable::Unknown),
        };
        let version = Version::try_from(version).map_err(|_| Unusable::Malformed)?;
        let costs: Vec<&str> = costs.split(',').collect();
        let [kib, passes, lanes] = costs[..] else { return Err(Unusable::Malformed) };
        let (kib, passes, lanes) = (named(kib, "m")?, named(passes, "t")?, named(lanes, "p")?);
        let decoded = |text: &str, length: std::ops::RangeInclusive<usize>| {
            let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| Unusable::Malformed)?;
            if length.contains(&bytes.len()) { Ok(bytes) } else { Err(Unusable::Malformed) }
        };
        let (salt, output) = (decoded(salt, SALT)?, decoded(output, OUTPUT)?);
        let hasher = Argon2Cost { kib, passes, lanes }.hasher(algorithm, version, output.len())?;
        let is_current = algorithm == Algorithm::Argon2id
            && version == Version::V0x13
            && CURRENT.iter().any(|(least_kib, least_passes)| kib >= *least_kib && passes >= *least_passes);
        Ok(Self { hasher, is_current, salt, output })
    }

    pub(super) fn matches(&self, password: &[u8], arena: &mut Arena) -> bool {
        let mut output = vec![0; self.output.len()];
        let filled = arena.with_blocks(self.hasher.params().block_count(), |blocks| {
            self.hasher.hash_password_into_with_memory(password, &self.salt, &mut output, blocks)
        });
        filled.is_ok() && same(&output, &self.output)
    }

    pub(super) fn is_current(&self) -> bool {
        self.is_current
    }
}
