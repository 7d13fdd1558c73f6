//! Recordings with one key agree on their pseudonyms; the key is read by nobody else.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use compat_tests::client::Client;

use super::{start, whole};
use crate::{
    fake_legacy::FakeLegacy,
    house::{Setting, command, environment, routes},
};

fn key(home: &Path, text: &str, mode: u32) {
    fs::write(home.join("key"), text).unwrap();
    fs::set_permissions(home.join("key"), fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn what_is_asked_of_two_gateways_with_one_key_reads_the_same() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address()).without_database();
    let home = tempfile::tempdir().unwrap();
    key(home.path(), "thirty-two bytes that nobody knows\n", 0o600);
    let mut asked = Vec::new();
    for (key_file, folder) in [("key_file = \"key\"", "rec"), ("key_file = \"key\"", "rec.2"), ("", "rec.3")]
    {
        setting.routes = format!("{}\n[record]\ndir = \"rec\"\n{key_file}\n", routes(&[]));
        let mut gateway = start(&setting, home.path(), &[]).await;
        let mut client = Client::connect(gateway.public()).await.unwrap();
        client.request("GET", "/?note=Lovelace-of-London", &[], b"").await.unwrap();
        assert!(gateway.stop().unwrap().success());
        let recording = whole(&home.path().join(folder));
        asked.push(recording.exchanges[0].request.target.clone());
        let manifest = fs::read_to_string(home.path().join(folder).join("manifest.json")).unwrap();
        assert!(!manifest.contains("nobody knows"), "{manifest}");
    }
    assert!(asked[0].starts_with("/?note=") && !asked[0].contains("Lovelace"), "{asked:?}");
    assert_eq!(asked[0], asked[1]);
    assert_ne!(asked[0], asked[2]);
}

#[tokio::test]
async fn a_key_that_others_may_read_or_guess_is_refused_at_the_start() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address()).without_database();
    setting.routes = format!("{}\n[record]\ndir = \"rec\"\nkey_file = \"key\"\n", routes(&[]));
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("routes.toml"), &setting.routes).unwrap();
    fs::write(home.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = |code: i32, told: &str| {
        let ended = command(&["run"], home.path(), &pairs);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.stderr.contains(told), "{ended:?}");
        assert!(!home.path().join("rec").exists());
    };
    refused(3, "key: cannot be read: No such file or directory (os error 2)");
    key(home.path(), "thirty-two bytes that nobody knows\n", 0o640);
    refused(
        2,
        "key: others may read it (mode 640), and then try which value a pseudonym stands for; `chmod 600` it",
    );
    key(home.path(), "short\n", 0o600);
    refused(2, "key: a key of 5 bytes can be found by trying; 32 random bytes cannot");
}
