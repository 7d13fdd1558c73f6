//! Decides whether a token is good, the gateway's own or the legacy's. A pure function of token, clock and keys.
//!
//! The order is fixed: shape, header, signature, claims. What a header says chooses a profile by algorithm, `typ` and
//! whether it names a key; the profile's own key, of one algorithm, then decides.

mod header;
mod key;
mod legacy;
mod own;
mod read;
mod subject;

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    BadToken, IssuedBy, Presented, Principal, TokenProblem, Verified,
    bearer::Schemes,
    cache::{CacheFigures, Known, VerifiedTokens},
    claims::{Dates, Members},
};
use crate::contract::profile::LookupRule;
use header::Header;

pub use legacy::LegacyTokens;
pub use own::OwnTokens;

/// Verifies the tokens of all profiles.
pub struct Verifier {
    own: Option<OwnTokens>,
    legacy: LegacyTokens,
    schemes: Schemes,
    verified: VerifiedTokens,
}

/// A good token.
#[derive(Debug)]
pub enum Accepted<'v> {
    User(Principal),
    /// It names its user by something that is no id: whose it is must be looked up.
    ByName {
        token: Arc<Verified>,
        rule: &'v LookupRule,
    },
}

/// What a token says, with what is asked again whenever it is presented.
struct Checked {
    token: Verified,
    dates: Dates,
    kid: Option<Arc<str>>,
}

/// Both crypto backends or none compiled in makes the crate panic on first use: settled before serving.
pub fn install_provider() {
    // Fails only when a provider is installed already, which is then the same one.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

impl Verifier {
    pub fn new(legacy: LegacyTokens, own: Option<OwnTokens>, figures: CacheFigures) -> Self {
        let schemes = Schemes::of(legacy.schemes());
        Self { own, legacy, schemes, verified: VerifiedTokens::new(figures) }
    }

    /// The words before a token that its profiles know.
    pub fn schemes(&self) -> &Schemes {
        &self.schemes
    }

    pub fn verify(&self, token: &Presented<'_>) -> Result<Accepted<'_>, TokenProblem> {
        self.verify_at(token, now()).map_err(TokenProblem::Bad)
    }

    /// A token that is good, or was until it expired not longer ago than this. It lets nobody in.
    pub fn recall(&self, token: &Presented<'_>, within: Duration) -> Option<Accepted<'_>> {
        self.recall_at(token, within.as_secs_f64(), now())
    }

    fn recall_at(&self, token: &Presented<'_>, within: f64, now: f64) -> Option<Accepted<'_>> {
        if let Ok(accepted) = self.verify_at(token, now) {
            return Some(accepted);
        }
        // Of its own word when it has ended, it is asked whether it was good just before; the signature covers both.
        let claims = Members::decode(token.claims).ok()??;
        let expired = Dates::of(&claims, true).ok()?.expires?.floor();
        let is_of_late = expired > now - within && expired <= now;
        let accepted = is_of_late.then(|| self.verify_at(token, expired - 1.0).ok())??;
        let token = match &accepted {
            Accepted::User(principal) => principal.token(),
            Accepted::ByName { token, .. } => token,
        };
        match token.issued_by {
            // Who has a secret that was given up can sign for any moment before.
            IssuedBy::Legacy(place) if self.legacy.is_retired(place, now) => None,
            IssuedBy::Legacy(_) | IssuedBy::Gateway => Some(accepted),
        }
    }

    pub(super) fn verify_at(&self, token: &Presented<'_>, now: f64) -> Result<Accepted<'_>, BadToken> {
        if let Some(known) = self.verified.find(token.whole) {
            if self.still_good(&known, token, now) {
                return Ok(self.accepted(known.token));
            }
            // It may be another profile's by now, or behind this word: to be read anew.
            self.verified.forget(token.whole);
        }
        let header = Header::parse(token.header)?;
        let Checked { token: verified, dates, kid } = match &header {
            Header::Own { .. } => {
                self.own.as_ref().ok_or(BadToken::Algorithm)?.verify(token, &header, now)?
            }
            Header::Legacy { .. } => self.legacy.verify(token, &header, now)?,
        };
        let verified = Arc::new(verified);
        self.verified.add(token.whole, Known { token: Arc::clone(&verified), dates, kid });
        Ok(self.accepted(verified))
    }

    /// What may have changed since the token was verified: the time, and the keys.
    fn still_good(&self, known: &Known, token: &Presented<'_>, now: f64) -> bool {
        match (known.token.issued_by, &self.own) {
            (IssuedBy::Gateway, Some(own)) => own.still_good(known, now),
            (IssuedBy::Gateway, None) => false,
            (IssuedBy::Legacy(place), _) => self.legacy.still_good(place, known, token.scheme, now),
        }
    }

    fn accepted(&self, token: Arc<Verified>) -> Accepted<'_> {
        match self.legacy.lookup(token.issued_by) {
            Some(rule) => Accepted::ByName { token, rule },
            None => Accepted::User(Principal::of(token)),
        }
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64())
}

/// The claims of a token whose signature is good. What was made for the legacy alone ends here, whoever made it.
fn claims_of(token: &Presented<'_>) -> Result<Members, BadToken> {
    let claims = Members::decode(token.claims)?.ok_or(BadToken::Claims)?;
    if claims.contains(BRIDGE) {
        return Err(BadToken::Bridge);
    }
    Ok(claims)
}

/// The mark of a token that the gateway made for the legacy: from outside it is a stolen one.
pub(super) const BRIDGE: &str = "gwb";

#[cfg(test)]
mod tests;
