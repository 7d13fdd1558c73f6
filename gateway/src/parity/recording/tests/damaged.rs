//! A recording that a crash, a disk or a hand has damaged: the rest is read, and what is not is told with its place.

use std::{fs, path::Path};

use super::{
    super::{BadRecording, INLINE, Limits, MANIFEST, Recording, Writer, blobs},
    sample::{exchange, manifest, open, record},
};
use crate::parity::exchange::content::{Content, Omitted};

const PACKED: &str = "seg-00001.jsonl.zst";
const PLAIN: &str = "seg-00001.jsonl";

/// Frames of two exchanges each, and where each ends in the file.
fn frames(folder: &Path, count: u64) -> Vec<usize> {
    let mut writer = Writer::create(folder, &manifest(), Limits::default()).unwrap();
    let mut ends = Vec::new();
    for frame in 0..count {
        // Bodies that cannot be packed away, or a frame would be a few bytes.
        let body = |id: u64| format!("{:x?}", blobs::sha256(&id.to_le_bytes()));
        for id in [frame * 2 + 1, frame * 2 + 2] {
            writer.write(&exchange(id, &body(id))).unwrap();
        }
        writer.flush().unwrap();
        ends.push(fs::metadata(folder.join(PACKED)).unwrap().len() as usize);
    }
    ends
}

fn ids(recording: &Recording) -> Vec<u64> {
    recording.exchanges.iter().map(|exchange| exchange.id).collect()
}

#[test]
fn a_crash_takes_away_no_more_than_the_last_frame() {
    let folder = tempfile::tempdir().unwrap();
    let ends = frames(folder.path(), 3);
    let whole = fs::read(folder.path().join(PACKED)).unwrap();
    for length in
        (0..=whole.len()).filter(|length| *length > ends[1] || length % 5 == 0 || ends.contains(length))
    {
        fs::write(folder.path().join(PACKED), &whole[..length]).unwrap();
        let frames = ends.iter().filter(|end| **end <= length).count();
        let is_cut = length != 0 && !ends.contains(&length);
        let (recording, damage) = Recording::open(folder.path()).unwrap();
        let damage: Vec<_> = damage.iter().map(ToString::to_string).collect();
        let told = format!("{PACKED}, frame {}: ", frames + 1);
        assert_eq!(damage.len(), usize::from(is_cut), "{length}: {damage:?}");
        assert!(damage.iter().all(|damage| damage.starts_with(&told)), "{length}: {damage:?}");
        assert_eq!(ids(&recording), (1..=frames as u64 * 2).collect::<Vec<_>>(), "{length}");
        assert_eq!(recording.end, None);
    }
}

#[test]
fn a_changed_byte_takes_away_one_frame_and_the_count_tells_what_was_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let ends = frames(folder.path(), 3);
    let whole = fs::read(folder.path().join(PACKED)).unwrap();
    for at in ends[0]..ends[1] {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        fs::write(folder.path().join(PACKED), &changed).unwrap();
        let (recording, damage) = Recording::open(folder.path()).unwrap();
        let damage: Vec<_> = damage.iter().map(ToString::to_string).collect();
        assert_eq!(ids(&recording), [1, 2, 5, 6], "{at}: {damage:?}");
        assert!(damage[0].starts_with(&format!("{PACKED}, frame 2: ")), "{at}: {damage:?}");
        let missing = "line 3: 2 exchanges that were written before it are missing";
        assert!(damage.last().unwrap().ends_with(missing), "{at}: {damage:?}");
    }
}

#[test]
fn bytes_between_frames_are_told_and_passed() {
    let folder = tempfile::tempdir().unwrap();
    let ends = frames(folder.path(), 2);
    let mut bytes = fs::read(folder.path().join(PACKED)).unwrap();
    bytes.splice(ends[0]..ends[0], *b"nonsense");
    fs::write(folder.path().join(PACKED), &bytes).unwrap();
    let recording = open(folder.path(), &[&format!("{PACKED}, frame 2: what stands here is no frame")]);
    assert_eq!(ids(&recording), [1, 2, 3, 4]);
}

#[test]
fn a_line_with_a_mistake_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    record(
        folder.path(),
        &[1, 2, 3, 4].map(|id| exchange(id, "body")),
        Limits { is_plain: true, ..Limits::default() },
    );
    let text = fs::read_to_string(folder.path().join(PLAIN)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let typo = lines[1].replace("\"took\"", "\"taken\"");
    let kind = lines[2].replace("\"k\":\"x\"", "\"k\":\"y\"");
    let written = [lines[0], &typo, "", &kind, "nonsense", lines[4]].join("\n");
    fs::write(folder.path().join(PLAIN), written + "\n{\"k\":\"x\",\"id\":5").unwrap();
    let (recording, damage) = Recording::open(folder.path()).unwrap();
    let damage: Vec<_> = damage.iter().map(ToString::to_string).collect();
    assert_eq!(ids(&recording), [1]);
    let expected = [
        ("line 2: unknown field `taken`, expected one of ", ", at column "),
        ("line 4: unknown variant `y`, expected one of `gap`, `tally`, `end`", ""),
        ("line 5: expected ident, at column 2", ""),
        ("line 6: 3 exchanges that were written before it are missing", ""),
        ("line 7: is cut off", ""),
    ];
    assert_eq!(damage.len(), expected.len(), "{damage:?}");
    for (damage, (start, part)) in damage.iter().zip(expected) {
        assert!(damage.starts_with(&format!("{PLAIN}, {start}")) && damage.contains(part), "{damage}");
    }
}

#[test]
fn a_line_that_a_person_wrote_is_read() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), &[exchange(1, "body")], Limits { is_plain: true, ..Limits::default() });
    let text = fs::read_to_string(folder.path().join(PLAIN)).unwrap();
    let (line, _) = text.split_once('\n').unwrap();
    let rest = line.strip_prefix("{\"k\":\"x\",").unwrap().strip_suffix('}').unwrap();
    fs::write(folder.path().join(PLAIN), format!(" {{ {rest} , \"k\" : \"x\" }}\r\n\n")).unwrap();
    assert_eq!(open(folder.path(), &[]).exchanges, [exchange(1, "body")]);
}

#[test]
fn a_body_that_is_gone_or_changed_is_told_and_its_exchange_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [gone, changed] = ["g", "c"].map(|text| text.repeat(INLINE + 1));
    record(folder.path(), &[exchange(1, &gone), exchange(2, &changed)], Limits::default());
    let place = |body: &str| blobs::place(folder.path(), &blobs::sha256(body.as_bytes())).unwrap();
    let shown = |body: &str| place(body).strip_prefix(folder.path()).unwrap().display().to_string();
    fs::remove_file(place(&gone)).unwrap();
    fs::write(place(&changed), "other").unwrap();
    let recording = open(
        folder.path(),
        &[
            &format!(
                "{PACKED}, frame 1, line 1: {} cannot be read: No such file or directory (os error 2)",
                shown(&gone)
            ),
            &format!(
                "{PACKED}, frame 1, line 2: {} holds other bytes than were written there",
                shown(&changed)
            ),
        ],
    );
    assert_eq!(ids(&recording), [1, 2]);
    let unreadable = Content::Omitted(Omitted::Unreadable);
    for exchange in &recording.exchanges {
        assert_eq!(exchange.answered().unwrap().body.content, unreadable);
    }
}

#[test]
fn a_segment_that_was_packed_again_is_read() {
    let folder = tempfile::tempdir().unwrap();
    frames(folder.path(), 3);
    let path = folder.path().join(PACKED);
    let lines = zstd::decode_all(&fs::read(&path).unwrap()[..]).unwrap();
    fs::write(&path, zstd::encode_all(&lines[..], 1).unwrap()).unwrap();
    assert_eq!(ids(&open(folder.path(), &[])), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_body_that_leads_out_of_the_folder_is_not_read() {
    assert_eq!(blobs::place(Path::new("rec"), &format!("../{}", "a".repeat(61))), None);
    assert_eq!(blobs::place(Path::new("rec"), ""), None);
    let name = "ab".repeat(32);
    let path = Path::new("rec/blobs/ab").join("ab".repeat(31));
    assert_eq!(blobs::place(Path::new("rec"), &name), Some(path));
}

#[test]
fn without_its_manifest_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), &[exchange(1, "body")], Limits::default());
    let manifest = folder.path().join(MANIFEST);
    fs::write(&manifest, "{\"schema\": \"sfrec/1\",").unwrap();
    let recording = open(
        folder.path(),
        &["manifest.json: is no manifest: EOF while parsing a value at line 1 column 21"],
    );
    assert_eq!((recording.manifest.as_ref(), ids(&recording)), (None, vec![1]));
    fs::remove_file(&manifest).unwrap();
    let missing = "manifest.json: cannot be read: No such file or directory (os error 2)";
    assert_eq!(ids(&open(folder.path(), &[missing])), [1]);
}

#[test]
fn what_is_no_recording_or_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = || Recording::open(folder.path()).unwrap_err();
    assert!(matches!(refused(), BadRecording::Nothing { .. }), "{}", refused());
    let manifest = folder.path().join(MANIFEST);
    fs::write(&manifest, r#"{"schema": "sfrec/2", "gateway": "9.1", "colour": "blue"}"#).unwrap();
    let expected = format!(
        "{}: is of schema `sfrec/2`, and this gateway reads `sfrec/1`: use the gateway that wrote it (9.1), or a newer one",
        manifest.display()
    );
    assert_eq!(refused().to_string(), expected);
    let absent = folder.path().join("absent");
    let refused = Recording::open(&absent).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{}: cannot be read: No such file or directory (os error 2)", absent.display())
    );
}

#[test]
fn an_id_that_is_there_twice_is_told() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), &[exchange(1, "first"), exchange(1, "second")], Limits::default());
    let recording = open(folder.path(), &["seg-*: the id 1 is there twice; the first is used"]);
    assert_eq!(recording.exchanges, [exchange(1, "first")]);
}
