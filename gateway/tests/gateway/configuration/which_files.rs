//! No command on routes takes a file for the one that is meant while it is not known which one that is.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path, process::Command};

use compat_tests::sample::Version;

use super::folder;
use crate::house::{Setting, TASK};

const NO_TEXT: &[u8] = b"elsewhere/\xff.toml";

fn gateway(folder: &Path, arguments: &[&str], environment: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.args(arguments).current_dir(folder).env_clear();
    command.envs(environment.map(|name| (name, OsStr::from_bytes(NO_TEXT))));
    let ended = command.output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn a_file_that_may_not_be_the_one_that_is_meant_is_neither_shown_nor_changed() {
    let setting = Setting::sample(Version::Newest);
    let not_utf8 = ".env: is not UTF-8 text\nhelp: save it as UTF-8\n\n1 mistake\n";
    let no_pair = ".env: line 1 is not NAME=value\nhelp: write NAME=value; close every quote\n\n1 mistake\n";
    let variable = |name| format!("{name}: is not UTF-8 text\nhelp: write it as UTF-8\n\n1 mistake\n");
    let in_file =
        [(&b"ROUTES_FILE=elsewhere/\xff.toml\n"[..], not_utf8), (b"ROUTES_FILE elsewhere\n", no_pair)];
    let in_variable = ["ROUTES_FILE", "LEGACY_PROFILE", "LEGACY_LOCK"].map(|name| (name, variable(name)));
    let cases = in_file.map(|(dotenv, told)| (dotenv, None, told.to_owned())).into_iter();
    let cases = cases.chain(in_variable.map(|(name, told)| (&b""[..], Some(name), told)));
    for (dotenv, name, told) in cases {
        let folder = folder(&setting, "");
        std::fs::write(folder.path().join(".env"), dotenv).unwrap();
        let set = ["routes", "set", TASK, "native"];
        for arguments in
            [&set[..], &["routes", "list"], &["routes", "explain", "GET", "/"], &["routes", "history"]]
        {
            assert_eq!(gateway(folder.path(), arguments, name), (Some(2), told.clone()), "{arguments:?}");
        }
        let left = std::fs::read_to_string(folder.path().join("routes.toml")).unwrap();
        assert_eq!(left, setting.routes, "{told}");
        assert!(!folder.path().join("routes.history.jsonl").exists(), "{told}");
    }
}

#[test]
fn what_is_wrong_with_the_server_s_own_settings_hinders_no_change() {
    let setting = Setting::sample(Version::Newest);
    let folder = folder(&setting, "LOG_LEVEL=loud\nGATEWAY_LISTN=x\nDATABASE_URL=x\n");
    let ended = gateway(folder.path(), &["routes", "set", TASK, "native"], None);
    assert_eq!(ended, (Some(0), String::new()));
}
