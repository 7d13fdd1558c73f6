//! Why no connection to the legacy can be had: a metric label, and a few words for operators.

use std::{fmt, io};

use rustls::{CertificateError, Error};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectProblem {
    Refused,
    TimedOut,
    /// The name has no address.
    Unresolved,
    /// The certificate is another host's.
    CertificateName,
    /// Or not yet valid.
    CertificateExpired,
    /// Nobody that is trusted vouches for it.
    CertificateIssuer,
    /// Anything else about the handshake.
    Tls,
    Other,
}

impl ConnectProblem {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 8] = [
        Self::Refused,
        Self::TimedOut,
        Self::Unresolved,
        Self::CertificateName,
        Self::CertificateExpired,
        Self::CertificateIssuer,
        Self::Tls,
        Self::Other,
    ];

    pub(super) fn of(error: &io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            return Self::of_handshake(error);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::NotFound => Self::Unresolved,
            _ => Self::Other,
        }
    }

    fn of_handshake(error: &Error) -> Self {
        let Error::InvalidCertificate(why) = error else { return Self::Tls };
        match why {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::CertificateExpired,
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::CertificateIssuer,
            _ => Self::Tls,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::TimedOut => "timeout",
            Self::Unresolved => "unresolved",
            Self::CertificateName => "certificate_name",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateIssuer => "certificate_issuer",
            Self::Tls => "tls",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for ConnectProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "no answer in time",
            Self::Unresolved => "its name has no address",
            Self::CertificateName => "its certificate is for another name",
            Self::CertificateExpired => "its certificate has expired, or is not valid yet",
            Self::CertificateIssuer => "no trusted authority has signed its certificate",
            Self::Tls => "the TLS handshake failed",
            Self::Other => "cannot be reached",
        })
    }
}
