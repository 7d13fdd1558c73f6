//! The list is searched where it lies; one that is none is found before it is needed.

use std::io::Write;

use tempfile::NamedTempFile;

use super::*;

fn sha1(password: &str) -> String {
    let bytes = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    bytes.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn list(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn listed(count: usize, end: &str) -> (NamedTempFile, Vec<String>) {
    let passwords: Vec<String> = (0..count).map(|number| format!("password{number}")).collect();
    let mut lines: Vec<String> = passwords
        .iter()
        .enumerate()
        .map(|(at, password)| format!("{}:{}{end}", sha1(password), at * at + 1))
        .collect();
    lines.sort();
    (list(&lines.concat()), passwords)
}

#[test]
fn every_password_of_the_list_is_found_and_no_other() {
    for (count, end) in [(1, "\n"), (2, "\r\n"), (90, "\n"), (3000, "\r\n")] {
        let (file, passwords) = listed(count, end);
        let list = Breached::open(file.path()).unwrap();
        for password in &passwords {
            assert!(list.holds(password).unwrap(), "{password} of {count}");
        }
        for number in 0..500 {
            assert!(!list.holds(&format!("another {number}")).unwrap(), "{number} of {count}");
        }
    }
}

#[test]
fn the_last_line_needs_no_end_and_digits_no_case() {
    let text = format!("{}:3", sha1("password").to_lowercase());
    assert!(Breached::open(list(&text).path()).unwrap().holds("password").unwrap());
}

#[test]
fn what_is_no_list_is_told() {
    let (sorted, _) = listed(2000, "\n");
    let sorted = std::fs::read_to_string(sorted.path()).unwrap();
    let reversed: String = sorted.lines().rev().map(|line| format!("{line}\n")).collect();
    for (text, expected) in [
        ("", "is no list of breached passwords: near byte 0"),
        ("password\n123456\n", "is no list of breached passwords: near byte 0"),
        (
            "8846F7EAEE8FB117AD06BDD830B7586C:12\n",
            "download the SHA-1 list ordered by hash, not the NTLM one",
        ),
        (&sorted.replace(':', ";"), "is no list of breached passwords"),
        (&sorted[1..], "is no list of breached passwords: near byte 0"),
        (&"x".repeat(9000), "is no list of breached passwords"),
        (&reversed, "is not ordered by hash"),
    ] {
        let file = list(text);
        let told = Breached::open(file.path()).err().unwrap().to_string();
        assert!(told.contains(expected), "{told}");
        assert!(told.contains(file.path().to_str().unwrap()), "{told}");
    }
    let missing = Breached::open(Path::new("no/such/list")).err().unwrap().to_string();
    assert_eq!(missing, "read the list of breached passwords no/such/list");
}
