//! TLS at the public listener: versions, ALPN, a certificate that changes while it runs; with clients that are not ours.

pub(crate) mod authority;
pub(crate) mod certificate;
mod rotation;
mod sockets;
mod versions;

use std::path::Path;

use compat_tests::sample::Version;

use crate::house::{Setting, command};
use certificate::Shown;

/// In front of nothing: what is looked at comes before any route.
fn setting(folder: &Path) -> Setting {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let mut setting = Setting::sample(Version::Newest);
    setting.environment.push(("GATEWAY_TLS_CERT", file("cert.pem")));
    setting.environment.push(("GATEWAY_TLS_KEY", file("key.pem")));
    setting
}

#[test]
fn nothing_is_started_with_a_pair_that_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (Shown::new("one"), Shown::new("other"));
    one.write(folder.path());
    std::fs::write(folder.path().join("key.pem"), &other.key).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting(folder.path()).profile).unwrap();
    std::fs::write(folder.path().join("routes.toml"), "schema = 1\n").unwrap();
    let environment = crate::house::environment(&setting(folder.path()));
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = command(&["run"], folder.path(), &pairs);
    let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let expected = format!(
        "{}: is not the key of the first certificate in `{}`\nhelp: name the two that were made together; the \
         certificate of this server stands first\n\n1 mistake\nnothing was started\n",
        key.display(),
        certificate.display()
    );
    assert_eq!((run.code, run.stderr), (Some(2), expected));
}

fn says(line: &serde_json::Value, what: &str) -> bool {
    line["message"].as_str().is_some_and(|message| message.contains(what))
}
