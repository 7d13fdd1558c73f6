//! `gateway routes set`: one word changes, every other byte stays, and no mistake is ever written.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use super::{Desk, told};
use crate::house::TASK;

const FILE: &str = "# who answers what\r\nschema = 1\n\n[routes]   # the list\n\
    \"GET /api/tasks/{task_id}\"   = 'legacy'   # next week\n\
    'GET /users/me' = { body_max = \"2MiB\" } # \u{e4}\n\n[defaults]\nowner = \"legacy\"";

#[test]
fn one_word_changes_and_every_other_byte_stays() {
    let desk = Desk::with(FILE);
    std::fs::set_permissions(desk.file(), std::fs::Permissions::from_mode(0o640)).unwrap();
    let done = desk.run(&["set", TASK, "native", "--note", "compared \"for\" a week"]);
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (Some(0), "GET /api/tasks/{task_id}: legacy -> native\n", "")
    );
    let native = FILE.replace("'legacy'", "\"native\"");
    assert_eq!(desk.text(), native);
    assert_eq!(std::fs::metadata(desk.file()).unwrap().mode() & 0o777, 0o640);
    assert_eq!(desk.names(), ["legacy.toml", "routes.history.jsonl", "routes.toml"]);
    let [change] = &desk.history()[..] else { panic!("{:?}", desk.history()) };
    assert_eq!(told(change), ["set", TASK, "legacy", "native"]);
    assert_eq!(change["note"], "compared \"for\" a week");
    assert!(change["by"].as_str().unwrap().contains('@'), "{change}");
    assert_eq!(change["at"].as_str().unwrap().len(), "2026-11-21T10:00:00Z".len());

    // A table keeps its other settings, a route without a line gets one, a default is written out.
    assert_eq!(desk.run(&["set", "GET /users/me", "deny"]).stdout, "GET /users/me: legacy -> deny\n");
    let denied = native.replace("{ body_max", "{ owner = \"deny\", body_max");
    assert_eq!(desk.text(), denied);
    assert_eq!(desk.run(&["set", "GET /health", "legacy"]).stdout, "GET /health: stays legacy\n");
    assert_eq!(desk.text(), denied.replace("# \u{e4}\n", "# \u{e4}\n\"GET /health\" = \"legacy\"\n"));
    assert_eq!(desk.history().len(), 2, "an owner that stays is no change");

    // There and back is two changes, and the same word again none.
    let before = desk.text();
    assert_eq!(desk.run(&["set", "GET /users/me", "deny"]).stdout, "GET /users/me: stays deny\n");
    assert_eq!(desk.text(), before);
    assert_eq!(desk.run(&["set", TASK, "legacy"]).code, Some(0));
    assert_eq!(told(&desk.history()[2]), ["set", TASK, "native", "legacy"]);
}

#[test]
fn a_mistake_is_told_and_leaves_no_trace() {
    let desk = Desk::with(FILE);
    for (arguments, expected) in [
        (
            &["GET /api/task/{id}", "native"][..],
            "`GET /api/task/{id}` is not a route in the lock\nhelp: did you mean `\"GET /api/tasks/{task_id}\"`?\n",
        ),
        (&["tasks", "native"], "`tasks` is not a route in the lock\n"),
        (&["GET /health", "native"], "`GET /health` has no handler in this binary\n"),
        (&[TASK, "natve"], "did you mean `\"native\"`?"),
        (&[TASK, "shadow"], "an owner that shares its route is not available yet\n"),
        (&[TASK, "canary"], "an owner that shares its route is not available yet\n"),
        (&[TASK, "a\"\n[defaults]\n"], "is not an owner"),
        (&[TASK, "native", "--note", "two\nlines"], "a note is one line of text"),
    ] {
        let refused = desk.run(&[&["set"], arguments].concat());
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(expected), "{expected:?} in {:?}", refused.stderr);
        assert_eq!((refused.stdout.as_str(), desk.text().as_str()), ("", FILE));
    }
    assert_eq!(desk.names(), ["legacy.toml", "routes.toml"]);

    // What is broken already is told whole, and not made worse.
    let broken = "schema = 1\n[routes]\n\"GET /nothing\" = \"legacy\"\n\"GET /health\" = \"nativ\"\n[group.x]\nroutes = []\n";
    std::fs::write(desk.file(), broken).unwrap();
    let refused = desk.run(&["set", TASK, "native"]);
    assert_eq!(refused.code, Some(2));
    for part in [
        "`GET /nothing` is not a route",
        "`nativ` is not an owner",
        "`[group]` is not available yet",
        "3 mistakes",
    ] {
        assert!(refused.stderr.contains(part), "{part} in {}", refused.stderr);
    }
    assert_eq!(desk.text(), broken);
}

/// They need not be those of the gateway, so it is done all the same.
#[test]
fn what_the_settings_of_the_shell_lack_is_told() {
    let desk = Desk::with(FILE);
    let done = desk.run(&["set", "POST /auth/login", "native"]);
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "POST /auth/login: legacy -> native\n"),
        "{}",
        done.stderr
    );
    let told = "warning: a gateway with these settings refuses it: GATEWAY_KEYS_DIR: is not set, but `POST /auth/login` is \
                native and needs keys\nhelp: make keys with `gateway auth keygen --dir keys`";
    assert!(done.stderr.starts_with(told), "{}", done.stderr);
    assert_eq!(done.stderr.matches("warning").count(), 1, "{}", done.stderr);
    assert_eq!(desk.run(&["set", "POST /auth/login/json", "native"]).stderr, "", "it is told once");
    assert_eq!(desk.run(&["set", "POST /auth/login", "legacy"]).code, Some(0));
}

#[test]
fn without_a_history_nothing_is_changed() {
    let desk = Desk::with(FILE);
    std::fs::create_dir(desk.folder.path().join("routes.history.jsonl")).unwrap();
    let refused = desk.run(&["set", TASK, "native"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("routes.history.jsonl: cannot be written: "), "{}", refused.stderr);
    assert!(refused.stderr.ends_with("nothing was changed: a change without a history is not made\n"));
    assert_eq!(desk.text(), FILE);
}

#[test]
fn whoever_may_write_the_file_may_write_its_history() {
    let desk = Desk::with(FILE);
    // Another user's file where this one may give it away; an umask that would shut everybody else out.
    let _ = std::os::unix::fs::chown(desk.file(), Some(4321), Some(8765));
    for (mode, expected) in [(0o664, 0o664), (0o440, 0o640)] {
        std::fs::set_permissions(desk.file(), std::fs::Permissions::from_mode(mode)).unwrap();
        let done = desk.run_in("umask 077; exec \"$@\"", &["set", TASK, "native"]);
        assert_eq!(done.code, Some(0), "{done:?}");
        let of = |path| std::fs::metadata(path).unwrap();
        let path = desk.folder.path().join("routes.history.jsonl");
        let (file, history) = (of(desk.file()), of(path.clone()));
        assert_eq!((history.uid(), history.gid()), (file.uid(), file.gid()));
        assert_eq!(history.mode() & 0o777, expected);
        std::fs::remove_file(path).unwrap();
        std::fs::write(desk.file(), FILE).unwrap();
    }
}

#[test]
fn a_history_that_another_process_keeps_is_not_waited_for_for_ever() {
    let desk = Desk::with(FILE);
    let history = std::fs::File::create(desk.folder.path().join("routes.history.jsonl")).unwrap();
    history.lock().unwrap();
    let refused = desk.run(&["set", TASK, "native"]);
    assert_eq!(
        (refused.code, refused.stdout.as_str(), refused.stderr.as_str()),
        (
            Some(3),
            "",
            "another process holds routes.history.jsonl and did not let go of it within 10 seconds\n\
             nothing was changed: say it again, or see who it is with `fuser`\n"
        )
    );
    assert_eq!((desk.text().as_str(), desk.history().len()), (FILE, 0));
    history.unlock().unwrap();
    assert_eq!(desk.run(&["set", TASK, "native"]).code, Some(0));
    assert_eq!(desk.history().len(), 1);
}

/// Root without the right to pass by modes is anybody else; whoever is not root has no such right.
fn ordinary() -> &'static str {
    if nix::unistd::geteuid().is_root() {
        "setpriv --bounding-set=-dac_override,-dac_read_search"
    } else {
        ""
    }
}

#[test]
fn what_is_renamed_is_done_even_if_the_folder_cannot_be_synced() {
    let desk = Desk::with(FILE);
    let folder = desk.folder.path().to_owned();
    let of_mode = |mode| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    let inode = std::fs::metadata(desk.file()).unwrap().ino();
    // Files may be made in it, but it may not be opened.
    of_mode(0o300);
    let done = desk.run_in(&format!("exec {} \"$@\"", ordinary()), &["set", TASK, "native"]);
    of_mode(0o700);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "GET /api/tasks/{task_id}: legacy -> native\n"));
    assert_eq!(
        done.stderr,
        "routes.toml: is written, but its folder cannot be synced (Permission denied (os error 13)): \
         a power cut now may bring the old text back\n"
    );
    assert_eq!(desk.text(), FILE.replace("'legacy'", "\"native\""));
    assert_ne!(
        std::fs::metadata(desk.file()).unwrap().ino(),
        inode,
        "it was replaced, and not written again"
    );
    assert_eq!(told(&desk.history()[0]), ["set", TASK, "legacy", "native"]);
}

#[test]
fn a_file_that_has_no_room_for_its_new_text_gets_its_old_one_back() {
    // One byte below the block that the shell's limit counts in, so that one more line is too much.
    let full = format!("# {}\n{FILE}", "x".repeat(511 - FILE.len() - 3));
    let desk = Desk::with(&full);
    std::fs::write(desk.folder.path().join("routes.history.jsonl"), "").unwrap();
    let of_mode = |mode| {
        std::fs::set_permissions(desk.folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // No file may be made in it: what cannot be replaced is written in place.
    of_mode(0o500);
    let surroundings = |limit| format!("trap '' XFSZ; {limit} exec {} \"$@\"", ordinary());
    let refused = desk.run_in(&surroundings("ulimit -f 1;"), &["set", "GET /health", "deny"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""), "{refused:?}");
    assert_eq!(
        refused.stderr,
        "write routes.toml in place (its old text was put back: nothing was changed): File too large (os error 27)\n"
    );
    assert_eq!((desk.text(), desk.history().len()), (full, 0));

    let done = desk.run_in(&surroundings(""), &["set", "GET /health", "deny"]);
    of_mode(0o700);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""));
    assert!(desk.text().contains("\"GET /health\" = \"deny\"\n"));
    assert_eq!(desk.history().len(), 1);
}

#[test]
fn a_link_stays_a_link() {
    let desk = Desk::with("");
    let data = desk.folder.path().join("..data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("routes.toml"), FILE).unwrap();
    std::fs::remove_file(desk.file()).unwrap();
    std::os::unix::fs::symlink("..data/routes.toml", desk.file()).unwrap();
    assert_eq!(desk.run(&["set", TASK, "native"]).code, Some(0));
    assert_eq!(std::fs::read_link(desk.file()).unwrap().to_str(), Some("..data/routes.toml"));
    assert_eq!(
        std::fs::read_to_string(data.join("routes.toml")).unwrap(),
        FILE.replace("'legacy'", "\"native\"")
    );
    assert_eq!(desk.history().len(), 1, "the history stands beside the name that was given");
}

#[test]
fn two_at_once_lose_nothing() {
    let desk = Desk::with("schema = 1\n[routes]\n");
    let keys = ["GET /health", "GET /users/me", TASK, "GET /api/tasks", "POST /api/tasks", "GET /docs"];
    std::thread::scope(|scope| {
        for key in keys {
            scope.spawn(|| {
                let done = desk.run(&["set", key, "deny"]);
                assert_eq!(done.code, Some(0), "{done:?}");
            });
        }
    });
    let text = desk.text();
    for key in keys {
        assert!(text.contains(&format!("\"{key}\" = \"deny\"\n")), "{key} in {text}");
    }
    assert_eq!(text.lines().count(), 2 + keys.len());
    let mut changed: Vec<_> =
        desk.history().iter().map(|change| change["route"].as_str().unwrap().to_owned()).collect();
    changed.sort();
    let mut expected = keys.to_vec();
    expected.sort_unstable();
    assert_eq!(changed, expected);
}
