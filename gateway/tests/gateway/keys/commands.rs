//! `gateway auth keygen` and `gateway auth keys`: what they make, what they say, and what they refuse.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::Value;

use super::{auth, made, told};
use crate::house::command;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Kid or name, and state, in the order of the list.
fn states(folder: &Path) -> Vec<(String, String)> {
    let told = told(folder, &["keys"]);
    let of = |list: &str, name: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let rows = told[list].as_array().unwrap().iter();
        rows.map(|row| (text(&row[name]), text(&row["state"]))).collect()
    };
    [of("keys", "kid"), of("refresh", "name")].concat()
}

fn expect(folder: &Path, expected: &[(&str, &str)]) {
    let seen = states(folder);
    let seen: Vec<_> = seen.iter().map(|(name, state)| (name.as_str(), state.as_str())).collect();
    assert_eq!(seen, expected);
}

#[test]
fn the_first_key_signs_and_nobody_else_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = auth(folder.path(), &["keygen"]);
    let kid = first.stdout.split([' ', ':']).nth(1).unwrap().to_owned();
    assert_eq!(first.stdout, format!("ES256 {kid}: active\nrefresh refresh-1: active\n"), "{first:?}");
    assert_eq!((first.code, kid.len()), (Some(0), 43));
    let keys = folder.path().join("keys");
    assert_eq!(mode(&keys), 0o700);
    let mut names: Vec<_> = fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names.len(), 4, "{names:?}");
    names.iter().for_each(|name| assert_eq!(mode(&keys.join(name)), 0o600, "{name:?}"));

    for (algorithm, end) in [("EdDSA", "pem"), ("RS256", "pem"), ("HS256", "key"), ("es256", "pem")] {
        let told = told(folder.path(), &["keygen", "--algorithm", algorithm]);
        let key = &told["keys"][0];
        let name = key["name"].as_str().unwrap();
        let written = if algorithm == "es256" { "ES256" } else { algorithm };
        assert_eq!(key["algorithm"], written);
        assert_eq!((key["state"].as_str(), key["retired"].as_str()), (Some("upcoming"), None), "{told}");
        assert_eq!(key["file"], format!("{}-{name}.{end}", algorithm.to_lowercase()));
        assert_eq!(told["keys"].as_array().unwrap().len(), 1, "{told}");
    }
    assert_eq!(states(folder.path()).len(), 6);
    let ended = auth(folder.path(), &["keygen", "--algorithm", "none"]);
    assert!(
        ended.code == Some(2) && ended.stderr.contains("`none` is not an algorithm of keys"),
        "{ended:?}"
    );
}

#[test]
fn a_rotation_is_three_commands() {
    let folder = tempfile::tempdir().unwrap();
    let one = made(folder.path(), &[]);
    let two = made(folder.path(), &["--algorithm", "EdDSA"]);
    let list = auth(folder.path(), &["keys"]).stdout;
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with("ES256    active    20") && lines[0].ends_with(&one), "{list}");
    assert!(lines[1].starts_with("EdDSA    upcoming  20") && lines[1].ends_with(&two), "{list}");
    assert!(lines[2].starts_with("refresh  active    20") && lines[2].ends_with("refresh-1"), "{list}");

    let ended = auth(folder.path(), &["keys", "activate", &two]);
    assert_eq!(ended.stdout, format!("{two}: active; {one} retires\n"), "{ended:?}");
    expect(folder.path(), &[(&one, "retiring"), (&two, "active"), ("refresh-1", "active")]);
    let ended = auth(folder.path(), &["keys", "activate", &two]);
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{two}: stays active\n")));
    let again = told(folder.path(), &["keys", "retire", &one]);
    assert_eq!((&again["state"], &again["changed"]), (&"retiring".into(), &false.into()), "{again}");

    let profile = compat_tests::repository().join("legacy.toml");
    fs::copy(profile, folder.path().join("legacy.toml")).unwrap();
    for (step, said) in [
        (&["remove", one.as_str()][..], "may have signed tokens that are good until 20"),
        (&["remove", two.as_str()], "is active: make another one active first"),
        (&["remove", two.as_str(), "--now"], "is active: make another one active first"),
        (&["retire", two.as_str()], "is active: make another one active first"),
        (&["remove", "refresh-1", "--now"], "`refresh-1` is active"),
        (&["activate", "-abc"], "no key is called `-abc`; there are: "),
    ] {
        let ended = auth(folder.path(), &[&["keys"], step].concat());
        assert!(ended.code == Some(2) && ended.stderr.contains(said), "{step:?}: {ended:?}");
    }
    expect(folder.path(), &[(&one, "retiring"), (&two, "active"), ("refresh-1", "active")]);

    let ended = auth(folder.path(), &["keys", "remove", &one, "--now"]);
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("{one}: removed\n")), "{}", ended.stderr);
    assert!(!folder.path().join(format!("keys/es256-{one}.pem")).exists());
    let told = told(folder.path(), &["keygen", "--activate"]);
    assert_eq!((&told["keys"][0]["state"], &told["keys"][0]["retired"]), (&"active".into(), &two.into()));
    let secret = made(folder.path(), &["--refresh", "--activate"]);
    assert_eq!(secret, "refresh-2");
    assert_eq!(states(folder.path()).len(), 4);
}

#[test]
fn commands_at_the_same_moment_lose_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let kids: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| made(folder.path(), &[]))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let states = states(folder.path());
    assert_eq!(states.len(), 7);
    assert!(kids.iter().all(|kid| states.iter().any(|(name, _)| name == kid)), "{states:?}");
    assert_eq!(states.iter().filter(|(_, state)| state == "active").count(), 2, "{states:?}");
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_made_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let ended = command(&["auth", "keygen"], folder.path(), &[]);
    assert!(ended.code == Some(2) && ended.stderr.contains("GATEWAY_KEYS_DIR: is not set"), "{ended:?}");
    let ended = command(&["auth", "keys"], folder.path(), &[("GATEWAY_KEYS_DIR", "none")]);
    assert!(
        ended.code == Some(2) && ended.stderr.contains("make keys with `gateway auth keygen`"),
        "{ended:?}"
    );
    assert!(!folder.path().join("none").exists());
    // Where it says it is, whatever else is wrong with the settings.
    let ended =
        command(&["auth", "keygen"], folder.path(), &[("GATEWAY_KEYS_DIR", "keys"), ("LOG_LEVEL", "x")]);
    assert_eq!(ended.code, Some(0), "{ended:?}");

    let list = folder.path().join("keys/keys.toml");
    let good = fs::read_to_string(&list).unwrap();
    fs::write(&list, good.replace("active", "actve").replace("ES256", "ES255")).unwrap();
    let before = fs::read_dir(folder.path().join("keys")).unwrap().count();
    for verb in [&["keygen"][..], &["keys"], &["keys", "activate", "x"], &["keys", "remove", "x", "--now"]] {
        let ended = auth(folder.path(), verb);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{verb:?} {ended:?}");
        for part in ["`actve` is not a state of keys", "did you mean `\"active\"`?", "`ES255`", "3 mistakes"]
        {
            assert!(ended.stderr.contains(part), "{verb:?}: {part} in {}", ended.stderr);
        }
    }
    assert_eq!(fs::read_dir(folder.path().join("keys")).unwrap().count(), before);

    fs::write(folder.path().join("file"), "").unwrap();
    let ended = command(&["auth", "keygen", "--dir", "file/keys"], folder.path(), &[]);
    assert!(ended.code == Some(3) && ended.stderr.contains("file/keys: cannot be made"), "{ended:?}");
}

#[test]
fn a_route_that_needs_keys_is_not_served_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut setting = crate::house::Setting::sample(compat_tests::sample::Version::Newest)
        .with_routes(&[("GET /.well-known/jwks.json", "\"native\"")]);
    setting.database_url = crate::house::migrated_database();
    fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let check = |changes: &[(&'static str, &str)]| {
        let mut environment = crate::house::environment(&setting);
        environment.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ended = command(&["check", "--json"], folder.path(), &pairs);
        serde_json::from_str::<Value>(&ended.stdout).unwrap()
    };
    let told = check(&[]);
    assert_eq!((&told["good"], &told["warnings"]), (&true.into(), &Value::Array(vec![])), "{told}");
    assert_eq!(told["keys"]["keys"][0]["state"], "active", "{told}");
    assert_eq!(told["keys"]["refresh"][0]["name"], "refresh-1", "{told}");
    let told = check(&[("GATEWAY_KEYS_DIR", "")]);
    let warning = &told["warnings"][0];
    assert_eq!(
        (&told["good"], &told["keys"], &warning["place"]),
        (&true.into(), &Value::Null, &"GATEWAY_KEYS_DIR".into())
    );
    assert!(
        warning["what"].as_str().unwrap().contains("signed with a key that ends with this process"),
        "{told}"
    );
    let told = check(&[("GATEWAY_KEYS_DIR", ""), ("ENVIRONMENT", "staging")]);
    let what = "is not set, but `GET /.well-known/jwks.json` is native and needs keys";
    let mistakes = told["mistakes"].as_array().unwrap();
    assert!(mistakes.iter().any(|mistake| mistake["what"] == what), "{told}");

    made(folder.path(), &[]);
    fs::remove_file(folder.path().join("keys/keys.toml")).unwrap();
    let told = check(&[("GATEWAY_KEYS_DIR", "keys")]);
    assert_eq!(told["mistakes"][0]["place"], "keys/keys.toml", "{told}");
    assert_eq!(told["mistakes"][0]["help"], "make keys with `gateway auth keygen`", "{told}");
    let told = check(&[("GATEWAY_KEYS_DIR", "nowhere")]);
    assert_eq!(told["mistakes"][0]["help"], "make it with `gateway auth keygen`", "{told}");
}

#[test]
fn every_verb_shows_how_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    for verb in [&["keygen"][..], &["keys"], &["keys", "activate"], &["keys", "retire"], &["keys", "remove"]]
    {
        let words = [&["auth"], verb, &["--help"]].concat();
        let ended = command(&words, folder.path(), &[]);
        assert!(ended.code == Some(0) && ended.stdout.contains("  gateway auth key"), "{verb:?}: {ended:?}");
    }
}
