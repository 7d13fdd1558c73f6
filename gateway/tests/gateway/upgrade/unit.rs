//! The unit for systemd says what this binary understands, and allows what it does.

use std::{collections::BTreeSet, path::Path, process::Command};

use compat_tests::repository;
use gateway::{config::setting::SETTINGS, host::handover::RunDirectory, limits::Limits};

use crate::house::{binary, command, show};

const INSTALLED: &str = "/usr/bin/gateway";

struct Unit(String);

impl Unit {
    fn read() -> Self {
        Self(std::fs::read_to_string(repository().join("deploy/systemd/gateway.service")).unwrap())
    }

    fn all(&self, key: &str) -> Vec<&str> {
        let value = |line| str::strip_prefix(line, key)?.strip_prefix('=');
        self.0.lines().filter_map(value).collect()
    }

    fn one(&self, key: &str) -> &str {
        let [value] = self.all(key)[..] else { panic!("{key} stands there once") };
        value
    }
}

#[test]
fn its_commands_and_variables_are_those_of_the_binary() {
    let unit = Unit::read();
    let help = command(&["run", "--help"], Path::new("/"), &[]).stdout;
    for key in ["ExecStart", "ExecReload"] {
        let mut words = unit.one(key).split(' ');
        assert_eq!((words.next(), words.next()), (Some(INSTALLED), Some("run")), "{key}");
        for flag in words {
            assert!(help.lines().any(|line| line.trim_start().starts_with(flag)), "{flag} in\n{help}");
        }
    }
    assert!(unit.one("ExecReload").ends_with(" --upgrade --background"));
    let known: BTreeSet<_> = SETTINGS.iter().flat_map(|setting| setting.variables()).collect();
    for variable in unit.all("Environment") {
        let (name, _) = variable.split_once('=').unwrap();
        assert!(known.contains(name), "{name}");
    }
    // What systemd calls the folder that RuntimeDirectory makes.
    assert!(known.contains("RUNTIME_DIRECTORY"));
}

#[test]
fn it_lets_the_process_be_replaced_and_end() {
    let unit = Unit::read();
    assert_eq!((unit.one("Type"), unit.one("NotifyAccess")), ("notify", "all"));
    assert_eq!(unit.one("RestartPreventExitStatus"), "2");
    let parent = tempfile::tempdir().unwrap();
    let run = parent.path().join(unit.one("RuntimeDirectory"));
    std::fs::create_dir(&run).unwrap();
    let mode = u32::from_str_radix(unit.one("RuntimeDirectoryMode"), 8).unwrap();
    std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    assert!(RunDirectory::open(&run).is_ok());
    let stop: u64 = unit.one("TimeoutStopSec").strip_suffix('s').unwrap().parse().unwrap();
    assert!(stop > Limits::default().drain.as_secs() + 10, "killed in the middle of a drain");
}

#[test]
fn systemd_itself_has_nothing_to_say_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.service");
    // It looks whether the commands are there.
    std::fs::write(&path, Unit::read().0.replace(INSTALLED, binary().to_str().unwrap())).unwrap();
    let Ok(verified) = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path).output()
    else {
        return show("upgrade: the unit is not verified: systemd-analyze is not installed");
    };
    let told = String::from_utf8_lossy(&verified.stderr);
    let about: Vec<_> = told.lines().filter(|line| line.contains("gateway.service")).collect();
    assert!(verified.status.success() && about.is_empty(), "{told}");
}
