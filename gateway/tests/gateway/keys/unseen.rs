//! No key is ever shown: not by a command, not in a report, not in a log at its loudest, not on any page.

use std::{fs, path::Path};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::{auth, token};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, bearer, command, environment, migrated_database},
};

/// The private bytes of every file: of a secret all, of a PEM file each run that only the private half has.
fn secrets(keys: &Path) -> Vec<(String, Vec<u8>)> {
    let mut secrets = Vec::new();
    for entry in fs::read_dir(keys).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        if name.ends_with(".key") {
            secrets.push((name, URL_SAFE_NO_PAD.decode(text.trim()).unwrap()));
        } else if name.ends_with(".pem") {
            let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
            let der = STANDARD.decode(body).unwrap();
            let private = if name.starts_with("rs256") {
                // Behind modulus and exponent, where the private exponent is.
                der[der.len() / 2..].to_vec()
            } else {
                // OCTET STRING of 32 bytes: the private scalar, or the seed.
                let at = der.windows(2).position(|pair| pair == [0x04, 0x20]).unwrap();
                der[at + 2..at + 34].to_vec()
            };
            secrets.push((name, private));
        }
    }
    assert_eq!(secrets.len(), 5);
    secrets
}

/// Every way in which some of these bytes could be written.
fn spellings(secret: &[u8]) -> Vec<String> {
    let piece = &secret[..24];
    let hex: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![hex.to_uppercase(), hex];
    for shift in 0..3 {
        let whole = &piece[shift..];
        let whole = &whole[..whole.len() / 3 * 3];
        all.extend([STANDARD.encode(whole), URL_SAFE_NO_PAD.encode(whole)]);
    }
    let numbers: Vec<String> = piece[..8].iter().map(u8::to_string).collect();
    all.push(numbers.join(", "));
    all.push(String::from_utf8_lossy(piece).into_owned());
    all
}

fn assert_unseen(secrets: &[(String, Vec<u8>)], place: &str, text: &str) {
    for (name, secret) in secrets {
        for spelling in spellings(secret) {
            assert!(!text.contains(&spelling), "{place} shows some of {name}");
        }
    }
    assert!(!text.contains("BEGIN PRIVATE KEY"), "{place} shows a key");
}

#[tokio::test]
async fn no_key_is_seen_wherever_somebody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let mut said = String::new();
    let mut run = |words: &[&str]| {
        let ended = auth(folder.path(), words);
        said += &format!("{}{}", ended.stdout, ended.stderr);
    };
    run(&["keygen"]);
    run(&["keygen", "--algorithm", "EdDSA", "--json"]);
    run(&["keygen", "--algorithm", "RS256"]);
    run(&["keygen", "--algorithm", "HS256", "--activate"]);
    let secrets = secrets(&keys);
    // What would be found if it were there.
    assert!(spellings(&secrets[0].1).iter().any(|spelling| {
        let hex: String = secrets[0].1.iter().map(|byte| format!("{byte:02x}")).collect();
        hex.contains(spelling)
    }));
    run(&["keys"]);
    run(&["keys", "--json"]);
    run(&["keys", "retire", "nobody"]);

    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await?;
        }
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address())
        .with_routes(&[("GET /.well-known/jwks.json", "\"native\"")])
        .with_environment("GATEWAY_KEYS_DIR", keys.to_str().unwrap())
        .with_environment("LOG_LEVEL", "trace");
    setting.database_url = migrated_database();
    let house = House::open(&setting).await;
    let own = token(&keys);
    for authorization in [bearer(&own), bearer(&own[..own.len() - 1]), bearer("a.b.c")] {
        house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    }
    let jwks = house.get("/.well-known/jwks.json", &[]).await.text();
    assert!(!jwks.contains("\"d\"") && !jwks.contains("oct"), "{jwks}");
    let mut pages = jwks;
    for page in ["/metrics", "/api/config", "/readyz", "/api/routes"] {
        pages += &house.admin(page).await.text();
    }

    // Every file as another than it is: each report names what is wrong, and none of it.
    let list = keys.join("keys.toml");
    let good = fs::read_to_string(&list).unwrap();
    let pairs = environment(&setting);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    let mut refused = 0;
    for (before, after) in [
        ("ES256", "HS256"),
        ("HS256", "ES256"),
        ("EdDSA", "RS256"),
        ("file = \"rs256", "file = \"es256"),
        ("", ""),
    ] {
        fs::write(&list, good.replacen(before, after, 1)).unwrap();
        for words in [&["check"][..], &["check", "--json"], &["auth", "keys"], &["auth", "keys", "--json"]] {
            let ended = command(words, folder.path(), &pairs);
            refused += usize::from(ended.code == Some(2));
            said += &format!("{}{}", ended.stdout, ended.stderr);
        }
    }
    assert_eq!(refused, 16, "{said}");
    fs::write(&list, good.replacen("EdDSA", "RS256", 1)).unwrap();
    house.wait_told("keys refused", 1).await;

    assert_unseen(&secrets, "a command", &said);
    assert_unseen(&secrets, "a page", &pages);
    let log: String = house.gateway.log().iter().map(|line| format!("{line}\n")).collect();
    assert!(log.contains("keys refused"), "{log}");
    assert_unseen(&secrets, "the log", &log);
    assert_unseen(&secrets, "standard error", &house.gateway.errors());
    assert!(!log.contains(&own), "the log shows a token");
    house.close_expecting(&["keys refused"]);
}
