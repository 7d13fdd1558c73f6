//! HAProxy in front of the same backend: as a plain proxy, or verifying tokens with `jwt_verify`.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use super::{Contender, free_address, installed, tether};
use crate::bench::Cores;

/// What it checks before a request goes on: the algorithm, the expiry, the signature.
#[derive(Debug, Clone, Copy)]
pub(in crate::bench) struct Verifying<'a> {
    pub(in crate::bench) algorithm: &'a str,
    /// The secret itself, in letters that its configuration takes as they are, or the path of a public key in PEM.
    pub(in crate::bench) key: &'a str,
}

impl Contender {
    pub(in crate::bench) fn haproxy(
        folder: &Path,
        cores: Cores,
        backend: SocketAddr,
        verifying: Option<Verifying<'_>>,
    ) -> anyhow::Result<Self> {
        let address = free_address()?;
        let file = folder.join(format!("haproxy-{}.cfg", address.port()));
        fs::write(&file, configuration(address, backend, verifying))?;
        let mut tether = tether(&installed("haproxy")?, cores.measured);
        tether.command().arg("-db").arg("-q").arg("-f").arg(&file);
        Self::start("HAProxy", tether, address)
    }
}

/// One thread, no log, upstream connections shared by all clients, the header that the others set as well.
fn configuration(listen: SocketAddr, backend: SocketAddr, verifying: Option<Verifying<'_>>) -> String {
    let checks = verifying.map_or_else(String::new, |Verifying { algorithm, key }| {
        format!(
            "    http-request set-var(txn.token) http_auth_bearer\n\
             \x20   http-request deny deny_status 401 unless {{ var(txn.token),jwt_header_query('$.alg') -m str {algorithm} }}\n\
             \x20   http-request set-var(txn.expires) var(txn.token),jwt_payload_query('$.exp','int')\n\
             \x20   http-request set-var(txn.now) date()\n\
             \x20   http-request deny deny_status 401 unless {{ var(txn.expires),sub(txn.now) -m int gt 0 }}\n\
             \x20   http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(\"{algorithm}\",\"{key}\") -m int 1 }}\n"
        )
    });
    format!(
        "global\n    maxconn 6000\n    nbthread 1\n\
         defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    timeout server 60s\n    \
         http-reuse always\n    option forwardfor\n\
         frontend clients\n    bind {listen}\n{checks}    http-request set-header X-Forwarded-Proto http\n    \
         default_backend backend\n\
         backend backend\n    server backend {backend}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_verified_is_checked_before_anything_goes_on() {
        let address: SocketAddr = ([127, 0, 0, 1], 1).into();
        let verifying = Verifying { algorithm: "ES256", key: "/keys/public.pem" };
        let text = configuration(address, address, Some(verifying));
        let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
        assert!(place("jwt_verify(\"ES256\",\"/keys/public.pem\") -m int 1") < place("default_backend"));
        assert!(place("sub(txn.now) -m int gt 0") < place("jwt_verify"));
        assert!(!configuration(address, address, None).contains("token"));
    }
}
