//! `$scrypt$ln=16,r=8,p=1$salt$hash`, as passlib writes it.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use scrypt::{Params, scrypt};

use super::{
    number::{fields, named},
    same,
};
use crate::auth::password::Unusable;

const MOST_BYTES: u64 = 256 << 20;
/// Memory once for each lane: what takes a few seconds.
const MOST_WORK: u64 = 256 << 20;
const LONGEST_SALT: usize = 256;
const OUTPUT: std::ops::RangeInclusive<usize> = 16..=64;

pub(in crate::auth::password) struct ScryptHash {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

/// What a new hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    /// The logarithm of the number of blocks.
    pub ln: u32,
    pub block: u32,
    pub lanes: u32,
}

impl ScryptCost {
    pub(in crate::auth::password) fn params(self) -> Result<Params, Unusable> {
        let Self { ln, block, lanes } = self;
        let bytes = 1_u64
            .checked_shl(ln)
            .filter(|_| ln < 32)
            .and_then(|blocks| blocks.checked_mul(128)?.checked_mul(u64::from(block)));
        let work = bytes.and_then(|bytes| bytes.checked_mul(u64::from(lanes)));
        match (bytes, work) {
            (Some(0), _) | (_, Some(0)) => return Err(Unusable::Malformed),
            (Some(..=MOST_BYTES), Some(..=MOST_WORK)) => {}
            _ => return Err(Unusable::Absurd),
        }
        let ln = u8::try_from(ln).map_err(|_| Unusable::Absurd)?;
        Params::new(ln, block, lanes).map_err(|_| Unusable::Malformed)
    }
}

impl ScryptHash {
    pub(super) fn read(hash: &str) -> Result<Self, Unusable> {
        let [_, costs, salt, output] = fields(hash)?;
        let costs: Vec<&str> = costs.split(',').collect();
        let [ln, block, lanes] = costs[..] else { return Err(Unusable::Malformed) };
        let cost = ScryptCost { ln: named(ln, "ln")?, block: named(block, "r")?, lanes: named(lanes, "p")? };
        let params = cost.params()?;
        let decoded = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| Unusable::Malformed);
        let (salt, output) = (decoded(salt)?, decoded(output)?);
        if salt.len() > LONGEST_SALT || !OUTPUT.contains(&output.len()) {
            return Err(Unusable::Malformed);
        }
        Ok(Self { params, salt, output })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut output = vec![0; self.output.len()];
        scrypt(password, &self.salt, &self.params, &mut output).is_ok() && same(&output, &self.output)
    }
}

/// A whole hash of a new password.
pub(in crate::auth::password) fn fresh(cost: ScryptCost, salt: [u8; 16], password: &[u8]) -> Option<String> {
    let mut output = [0; 32];
    scrypt(password, &salt, &cost.params().ok()?, &mut output).ok()?;
    let ScryptCost { ln, block, lanes } = cost;
    let shown = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    Some(format!("$scrypt$ln={ln},r={block},p={lanes}${}${}", shown(&salt), shown(&output)))
}
