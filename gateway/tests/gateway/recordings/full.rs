//! A disk that fills while a recording is written: simulated by the largest file that the process may write.

use std::{
    fmt::Write,
    fs,
    process::{Command, Stdio},
};

use gateway::parity::recording::Recording;
use serde_json::json;

use super::{entry, with_har};
use crate::house::binary;

/// Of 512 bytes: more than one frame packs into, and less than three do.
const BLOCKS: &str = "2200";

#[test]
fn what_came_to_the_disk_before_it_was_full_is_read() {
    // Numbers that nobody replaces and that cannot be packed away.
    let mut random = fastrand::Rng::with_seed(8);
    let mut numbers = || {
        let mut text = String::from("[0");
        while text.len() < 15_000 {
            write!(text, ",{}", random.u32(..)).unwrap();
        }
        text + "]"
    };
    let entries: Vec<_> = (0..300).map(|_| entry("GET", "/numbers", &numbers())).collect();
    let folder = with_har(&entries);
    // A signal would end it before it could say what happened.
    let script = format!(
        "trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" compat import a.har --out rec --redact secrets"
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(binary())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "rec/seg-00001.jsonl.zst: cannot be written: File too large (os error 27)\n");
    assert_eq!(output.status.code(), Some(3));
    // Half of a frame would be told as damage.
    let (recording, damage) = Recording::open(&folder.path().join("rec")).unwrap();
    assert_eq!(damage, []);
    let (kept, length) = (
        recording.exchanges.len(),
        fs::metadata(folder.path().join("rec/seg-00001.jsonl.zst")).unwrap().len(),
    );
    assert!((50..300).contains(&kept), "{kept} of {length} bytes");
    assert_eq!(recording.end, None);
    let ids: Vec<_> = recording.exchanges.iter().map(|exchange| json!(exchange.id)).collect();
    assert_eq!(json!(ids), json!((1..=kept).collect::<Vec<_>>()));
}
