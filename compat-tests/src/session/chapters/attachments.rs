//! Files go up in multipart forms, good and broken ones, and come down as they were.

use bytes::Bytes;

use super::super::step::{Step, delete, get, post};

const FILE: &[u8] = b"content-disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\ncontent-type: text/plain\r\n\r\nline\r\n--not a frontier\r\n";

pub(super) fn steps() -> Vec<Step> {
    [uploads(), refused(), downloads()].concat()
}

fn upload() -> Step {
    post("/api/tasks/{task}/attachments").by("ada")
}

fn uploads() -> Vec<Step> {
    let note = "content-disposition: form-data; name=\"note\"\r\n\r\nGröße: klein";
    let unicode = "content-disposition: form-data; name=\"file\"; filename=\"Übersicht 田.bin\"\r\n\r\n";
    let unicode = [unicode.as_bytes(), &[0, 1, 2, 255]].concat();
    vec![
        upload().multipart(&[FILE]).gives(201).keeps("file", "/id"),
        upload().multipart(&[note.as_bytes(), FILE]).gives(201),
        upload().multipart(&[&unicode]).gives(201).keeps("binary", "/id"),
        upload().multipart(&[&file(1024 * 1024)]).gives(201).keeps("largest", "/id"),
        upload().multipart(&[&file(1024 * 1024 + 1)]).gives(413),
        upload().multipart(&[&file(3 * 1024 * 1024)]).gives(413),
        upload().multipart(&[&file(0)]).gives(201),
        upload()
            .chunked(
                "multipart/form-data; boundary=\"frontier\"",
                &[b"--fron", b"tier\r\n", FILE, b"\r\n--frontier-", b"-\r\n"],
            )
            .gives(201),
        upload().awaited("multipart/form-data; boundary=frontier", whole()).gives(201),
    ]
}

fn refused() -> Vec<Step> {
    let form = "multipart/form-data; boundary=frontier";
    vec![
        upload().body("multipart/form-data", whole()).gives(400),
        upload().body("multipart/form-data; boundary=elsewhere", whole()).gives(400).streams(),
        upload().body(form, "--frontier\r\nno header\r\n\r\n--frontier--\r\n").gives(400),
        upload()
            .body(form, &b"--frontier\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cut"[..])
            .gives(422),
        upload().body(form, "").gives(422),
        upload().multipart(&[b"content-disposition: form-data; name=\"note\"\r\n\r\nno file"]).gives(422),
        upload()
            .multipart(&[b"content-disposition: form-data; name=\"file\"\r\n\r\nno file name"])
            .gives(422),
        upload().form("file=text").gives(422),
        upload().json("{}").gives(422),
        post("/api/tasks/4/attachments").by("ada").multipart(&[FILE]).gives(404),
        post("/api/tasks/1/attachments").multipart(&[FILE]).gives(401).at_the_door(),
    ]
}

fn downloads() -> Vec<Step> {
    let read = |target: &str| get(target).by("ada");
    vec![
        read("/api/tasks/{task}/attachments"),
        read("/api/tasks/1/attachments"),
        read("/api/attachments/{file}"),
        read("/api/attachments/{file}/content").streams(),
        read("/api/attachments/{binary}/content").streams(),
        read("/api/attachments/{largest}/content").streams(),
        read("/api/attachments/2/content").streams(),
        read("/api/attachments/3/content").header("range", "bytes=0-7").streams(),
        read("/api/attachments/4/content").streams(),
        read("/api/attachments/5/content").streams(),
        read("/api/attachments/6/content").gives(404),
        read("/api/attachments/six/content").gives(404),
        delete("/api/attachments/{file}").by("zoe").gives(404),
        delete("/api/attachments/{file}").by("ada").gives(204),
        read("/api/attachments/{file}/content").gives(404),
    ]
}

/// The part of a file of this many bytes.
fn file(length: usize) -> Vec<u8> {
    let head = "content-disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n\
                content-type: application/octet-stream\r\n\r\n";
    let mut part = head.as_bytes().to_vec();
    part.extend((0..length).map(|at| at.to_le_bytes()[at % 3]));
    part
}

fn whole() -> Bytes {
    [b"--frontier\r\n", FILE, b"\r\n--frontier--\r\n"].concat().into()
}
