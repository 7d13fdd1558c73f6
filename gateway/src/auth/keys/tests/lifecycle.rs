//! The steps of a rotation, and those that are refused.

use super::*;

fn at(minutes: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + minutes * 60)
}

fn entry(kid: &str) -> KeyEntry {
    let (algorithm, state) = (KeyAlgorithm::Es256, KeyState::Upcoming);
    KeyEntry { kid: kid.to_owned(), algorithm, state, since: at(0), file: format!("{kid}.pem") }
}

fn secret(id: u8) -> RefreshEntry {
    RefreshEntry { id, state: KeyState::Upcoming, since: at(0), file: format!("refresh-{id}.key") }
}

fn states(manifest: &Manifest) -> String {
    let keys = manifest.keys.iter().map(|key| format!("{}:{}", key.kid, key.state));
    let refresh = manifest.refresh.iter().map(|key| format!("{}:{}", key.name(), key.state));
    keys.chain(refresh).collect::<Vec<_>>().join(" ")
}

const OVERLAP: Overlap = Overlap { access: Duration::from_mins(15), refresh: Duration::from_mins(60) };

#[test]
fn a_rotation_goes_from_upcoming_to_active_to_retiring_to_gone() {
    let mut manifest = Manifest::default();
    assert_eq!(manifest.add(entry("one"), false), Change::Now(KeyState::Active, None));
    assert_eq!(manifest.add(entry("two"), false), Change::Now(KeyState::Upcoming, None));
    assert_eq!(manifest.add_refresh(secret(1), false), Change::Now(KeyState::Active, None));
    assert_eq!(states(&manifest), "one:active two:upcoming refresh-1:active");
    let change = manifest.activate("two", at(10)).unwrap();
    assert_eq!(change, Change::Now(KeyState::Active, Some("one".to_owned())));
    assert_eq!(states(&manifest), "one:retiring two:active refresh-1:active");
    assert_eq!(manifest.keys[0].since, at(10));
    assert_eq!(manifest.activate("two", at(11)).unwrap(), Change::Already(KeyState::Active));
    assert_eq!(manifest.keys[1].since, at(10));
    // Back, because something was wrong with the new one.
    manifest.activate("one", at(12)).unwrap();
    assert_eq!(states(&manifest), "one:active two:retiring refresh-1:active");
    assert_eq!(manifest.remove("two", Some(OVERLAP), at(27)).unwrap(), "two.pem");
    assert_eq!(states(&manifest), "one:active refresh-1:active");
    let change = manifest.add(entry("three"), true);
    assert_eq!(change, Change::Now(KeyState::Active, Some("one".to_owned())));
    assert_eq!(states(&manifest), "one:retiring three:active refresh-1:active");
}

#[test]
fn no_key_goes_while_what_it_signed_may_be_good() {
    let mut manifest = Manifest::default();
    manifest.add(entry("one"), false);
    manifest.add(entry("two"), false);
    manifest.add_refresh(secret(1), false);
    manifest.add_refresh(secret(2), true);
    manifest.activate("two", at(10)).unwrap();
    let mut refused = |name: &str, overlap, now| manifest.remove(name, overlap, now).unwrap_err().to_string();
    assert!(refused("two", Some(OVERLAP), at(1000)).contains("`two` is active"));
    assert!(refused("two", None, at(1000)).contains("`two` is active"));
    assert!(refused("refresh-2", None, at(1000)).contains("`refresh-2` is active"));
    let told = refused("one", Some(OVERLAP), at(24));
    assert!(told.contains("good until 2027-01-15T08:25:00Z") && told.contains("--now"), "{told}");
    assert!(refused("refresh-1", Some(OVERLAP), at(59)).contains("`refresh-1` may have signed"));
    let told = refused("three", None, at(0));
    assert!(told.contains("`three`; there are: one, two, refresh-1, refresh-2"), "{told}");
    assert!(manifest.retire("two", at(20)).unwrap_err().to_string().contains("make another one active"));
    let mut later = manifest.clone();
    assert_eq!(later.remove("one", Some(OVERLAP), at(25)).unwrap(), "one.pem");
    assert_eq!(manifest.remove("one", None, at(11)).unwrap(), "one.pem");
    assert_eq!(manifest.remove("refresh-1", Some(OVERLAP), at(60)).unwrap(), "refresh-1.key");
    assert_eq!(states(&manifest), "two:active refresh-2:active");
}

#[test]
fn a_key_that_never_signed_may_go_at_once() {
    let mut manifest = Manifest::default();
    manifest.add(entry("one"), false);
    manifest.add(entry("two"), false);
    let mut other = manifest.clone();
    assert_eq!(manifest.remove("two", Some(OVERLAP), at(0)).unwrap(), "two.pem");
    assert_eq!(other.retire("two", at(1)).unwrap(), Change::Now(KeyState::Retiring, None));
    assert_eq!(other.retire("two", at(2)).unwrap(), Change::Already(KeyState::Retiring));
}

#[test]
fn an_id_of_a_refresh_key_is_not_used_again_while_there_are_others() {
    let mut manifest = Manifest::default();
    for expected in 1..=3 {
        let id = manifest.free_refresh_id().unwrap();
        assert_eq!(id, expected);
        manifest.add_refresh(secret(id), true);
    }
    manifest.remove("refresh-2", None, at(0)).unwrap();
    assert_eq!(manifest.free_refresh_id().unwrap(), 4);
    manifest.refresh = (1..=255).filter(|id| *id != 7).map(secret).collect();
    assert_eq!(manifest.free_refresh_id().unwrap(), 7);
    manifest.refresh.push(secret(7));
    assert!(manifest.free_refresh_id().is_err());
}
