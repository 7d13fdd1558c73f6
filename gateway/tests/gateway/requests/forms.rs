//! Forms of both kinds, whole and broken.

use super::Ask;

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=x";

pub(super) fn asks() -> Vec<Ask> {
    [encoded(), sheets(), logins(), types(), parts(), broken(), files(), limits()].concat()
}

fn encoded() -> Vec<Ask> {
    let bodies = [
        "",
        "a=x&i=1",
        "a=x&i=1&n=7",
        "a=x",
        "i=1",
        "a=&i=",
        "a=&i=1",
        "a=x&i=1&n=",
        "a=x&i=1&o=",
        "a=x&i=1&o=y&o=z",
        "a=x&i=1&o=y&o=",
        "a=x&i=1&l=1&l=2",
        "a=x&i=1&l=",
        "a=x&i=1&l=&l=",
        "a=x&i=1&na-med=y",
        "a=x&i=1&na-med=",
        "a=x&i=1&named=y",
        "a=+%20%2B&i=1",
        "a=%FF&i=1",
        "a=\u{fc}&i=1",
        "a&i",
        "a=x;i=1",
        "&&a=x&&i=1&&",
        "=&a=x&i=1",
        "a=x&i=one",
        "a=x&i=1&n=seven",
        "a=x&i=1&n=7&n=",
        "A=x&I=1",
        "a=%00&i=1",
        "a=b=c&i=1",
    ];
    bodies.map(|body| Ask::post("/form", FORM, body)).to_vec()
}

fn sheets() -> Vec<Ask> {
    let bodies =
        ["", "a=x", "a=", "a=x&o=", "a=x&o=y&z=1", "a=x&z=1&z=2", "z=1&z=&a=", "a=x&a=y", "o=y", "a=x&z="];
    let mut asks = Vec::new();
    for route in ["/sheet", "/strict-sheet"] {
        asks.extend(bodies.map(|body| Ask::post(route, FORM, body)));
    }
    asks.extend(["a=x&n=7", "a=x&n=", "a=x&n=y"].map(|body| Ask::post("/sheet", FORM, body)));
    asks
}

fn logins() -> Vec<Ask> {
    let bodies = [
        "",
        "username=u&password=p",
        "grant_type=password&username=u&password=p&scope=a+b",
        "grant_type=x&username=u",
        "username=u&password=",
        "username=&password=&grant_type=",
        "username=u&password=p&client_id=c&client_secret=s",
        "username=u&password=p&scope=&client_id=",
        "username=u@example.com&password=%70%26",
    ];
    let mut asks = bodies.map(|body| Ask::post("/login", FORM, body)).to_vec();
    asks.push(Ask::post("/login", "application/json", r#"{"username":"u","password":"p"}"#));
    asks
}

fn types() -> Vec<Ask> {
    let types = [
        "",
        "application/x-www-form-urlencoded; charset=latin-1",
        "APPLICATION/X-WWW-FORM-URLENCODED",
        " application/x-www-form-urlencoded ",
        "application/json",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; charset=utf-8",
        "multipart/mixed; boundary=x",
        "multipart/form-data;;boundary=x",
    ];
    types.map(|kind| Ask::post("/form", kind, "a=x&i=1")).to_vec()
}

/// `a` and `i` in parts, with headers as given.
fn two(first: &str, second: &str) -> String {
    format!("--x\r\n{first}\r\n\r\nvalue\r\n--x\r\n{second}\r\n\r\n1\r\n--x--\r\n")
}

fn parts() -> Vec<Ask> {
    let i = "Content-Disposition: form-data; name=\"i\"";
    let firsts = [
        "Content-Disposition: form-data; name=\"a\"",
        "content-disposition:form-data;name=a",
        "Content-Disposition: form-data; NAME = \"a\"",
        "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
        "Content-Disposition: form-data; name*=utf-8''a; name=\"a\"",
        "Content-Disposition: form-data; name=\"\\\"a\"",
        "Content-Disposition: form-data; name=\"a;b\"",
        "Content-Disposition: form-data; name=\"a\\\\\"; x=\"y",
        "Content-Disposition: name=\"a\"",
        "Content-Disposition: ; name=\"a\"",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; name",
        "Content-Disposition: form-data; name=",
        "Content-Type: text/plain",
        "X: y\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=latin-1",
        "Content-Disposition: form-data; name=\"z\"\r\nContent-Disposition: form-data; name=\"a\"",
        "Content-Disposition:",
        "Content Disposition: form-data; name=\"a\"",
        ": form-data; name=\"a\"",
        "Content-Disposition: form-data; name=\"a\"\nX: y",
        "Content-Disposition: form-data; name=\"a\"\rX: y",
        "Content-Disposition",
        "Content-Disposition: form-data; name=\"a\"\r\n folded",
    ];
    let mut asks: Vec<Ask> = firsts.iter().map(|first| Ask::post("/form", PARTS, two(first, i))).collect();
    let many: String = (0..9).map(|number| format!("X{number}: y\r\n")).collect();
    asks.push(Ask::post(
        "/form",
        PARTS,
        two(&format!("{many}Content-Disposition: form-data; name=\"a\""), i),
    ));
    let long = format!("Content-Disposition: form-data; name=\"a\"; x=\"{}\"", "y".repeat(4300));
    asks.push(Ask::post("/form", PARTS, two(&long, i)));
    let good = two(firsts[0], i);
    let boundaries = [
        "multipart/form-data; boundary=\"x\"",
        "multipart/form-data; Boundary=x; charset=latin-1",
        "multipart/form-data; boundary=x; charset=nonsense",
        "Multipart/Form-Data;boundary=x",
        "multipart/form-data; boundary=y",
        "multipart/form-data; boundary=x; boundary=y",
        "multipart/form-data; boundary*=x",
    ];
    asks.extend(boundaries.map(|kind| Ask::post("/form", kind, good.clone())));
    let long = "y".repeat(257);
    asks.push(Ask::post("/form", &format!("multipart/form-data; boundary={long}"), good));
    let odd = |value: &[u8]| {
        [
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
            value,
            b"\r\n--x\r\n",
            i.as_bytes(),
            b"\r\n\r\n1\r\n--x--",
        ]
        .concat()
    };
    let values: [&[u8]; 9] =
        [b"\xc3\xbc", b"\xff", b"", b"\r\n", b"\r\n--", b"\r\n--xy", b"\r\n--x-z", b"\r\n--x\rz", b"--x"];
    asks.extend(values.map(|value| Ask::post("/form", PARTS, odd(value))));
    asks.push(Ask::post("/form", "multipart/form-data; boundary=x; charset=latin-1", odd(b"\xc3\xbc")));
    asks
}

fn broken() -> Vec<Ask> {
    let whole =
        two("Content-Disposition: form-data; name=\"a\"", "Content-Disposition: form-data; name=\"i\"");
    // Cut off at every place, and with one byte spoilt.
    let cut = (0..whole.len()).step_by(3).map(|end| Ask::post("/form", PARTS, &whole.as_bytes()[..end]));
    let spoilt = (0..whole.len()).step_by(5).map(|at| {
        let mut body = whole.clone().into_bytes();
        body[at] = b'#';
        Ask::post("/form", PARTS, body)
    });
    let dressed = [
        format!("\r\n{whole}"),
        format!("\r\n\r\n  {whole}"),
        format!("preamble\r\n{whole}"),
        format!("{whole}epilogue"),
        whole.replace("--x\r\n", "--x \t\r\n"),
        whole.replace("--x\r\n", "--x \tz\r\n"),
        whole.replace("\r\n", "\n"),
        "--x--".to_owned(),
        "--x--\r\n".to_owned(),
        "--x-".to_owned(),
        "--x-y".to_owned(),
        "\r\n".to_owned(),
        "--x\r\n\r\n\r\n--x--".to_owned(),
        "--x\r\n--x--".to_owned(),
        "-".to_owned(),
        "--y".to_owned(),
        whole.replace("value", "value\r\n--x \t\r\n\r\n"),
    ];
    cut.chain(spoilt).chain(dressed.map(|body| Ask::post("/form", PARTS, body))).collect()
}

fn part(name: &str, file: Option<&str>, kind: Option<&str>, content: &str) -> String {
    let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
    let kind = kind.map(|kind| format!("\r\nContent-Type: {kind}")).unwrap_or_default();
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}{kind}\r\n\r\n{content}\r\n")
}

fn files() -> Vec<Ask> {
    let file = part("file", Some("a.txt"), Some("text/plain"), "abc");
    let forms = [
        file.clone(),
        part("file", Some("a.txt"), None, ""),
        part("file", Some(""), Some("application/octet-stream"), ""),
        part("file", Some(""), None, "abc"),
        part("file", None, None, "abc"),
        part("file", None, None, ""),
        part("file", Some("C:\\\\x\\\\a.txt"), None, "a"),
        part("file", Some("\\\\\\\\host\\\\a.txt"), None, "a"),
        part("file", Some("ü €.txt"), Some("text/plain; charset=utf-8"), "ü"),
        part("file", Some("a\\\"b.txt"), None, "a"),
        format!("{file}{}", part("note", None, None, "n")),
        format!("{file}{}", part("note", Some("n.txt"), Some("x/y"), "long enough")),
        format!("{file}{}", part("other", Some("o"), None, "o")),
        format!("{file}{}", part("other", None, None, "o")),
        format!("{file}{}", part("other", Some(""), None, "")),
        format!("{file}{}{}", part("more", Some("1"), None, "1"), part("more", Some("2"), None, "2")),
        format!("{file}{}{}", part("more", Some("1"), None, "1"), part("more", None, None, "2")),
        format!("{file}{}{}", part("more", Some(""), None, ""), part("more", Some("2"), None, "2")),
        format!("{file}{}", part("file", Some("second.txt"), None, "second")),
        part("note", None, None, "n"),
        part("FILE", Some("a"), None, "a"),
    ];
    let mut asks: Vec<Ask> =
        forms.iter().map(|form| Ask::post("/upload", PARTS, format!("{form}--x--\r\n"))).collect();
    asks.push(Ask::post("/upload", FORM, "file=abc&note=n"));
    asks.push(Ask::post("/upload", FORM, "file="));
    asks.push(Ask::post("/upload", "", ""));
    asks.push(Ask::post(
        "/upload",
        PARTS,
        format!("{file}{}--x--", part("note", Some("n"), None, &"y".repeat(1_048_577))),
    ));
    let contents = [
        part("content", Some("a"), None, "abc"),
        part("content", None, None, "abc"),
        part("content", Some("a"), None, ""),
        part("content", Some(""), None, ""),
        part("content", None, None, ""),
        format!("{}{}", part("content", Some("a"), None, "abc"), part("maybe", Some("a"), None, "def")),
        format!("{}{}", part("content", Some("a"), None, "abc"), part("maybe", None, None, "")),
    ];
    asks.extend(contents.map(|form| Ask::post("/bytes", PARTS, format!("{form}--x--\r\n"))));
    asks.push(Ask::post("/bytes", FORM, "content=abc"));
    asks
}

fn limits() -> Vec<Ask> {
    let parts = |count: usize, file: Option<&str>| part("z", file, None, "").repeat(count) + "--x--";
    let fields = |count: usize| "z=1&".repeat(count) + "a=x&i=1";
    let megabyte = 1024 * 1024;
    vec![
        Ask::post("/form", PARTS, parts(1000, None)),
        Ask::post("/form", PARTS, parts(1001, None)),
        Ask::post("/form", PARTS, parts(1000, Some("f"))),
        Ask::post("/form", PARTS, parts(1001, Some("f"))),
        Ask::post("/form", FORM, fields(998)),
        Ask::post("/form", FORM, fields(999)),
        Ask::post("/form", FORM, format!("i=1&a={}", "y".repeat(megabyte - 1))),
        Ask::post("/form", FORM, format!("i=1&a={}", "y".repeat(megabyte))),
        Ask::post("/form", FORM, format!("i=1&a={}", "%41".repeat(megabyte / 3 + 1))),
        Ask::post("/form", PARTS, part("a", None, None, &"y".repeat(megabyte)) + "--x--"),
        Ask::post("/form", PARTS, part("a", None, None, &"y".repeat(megabyte + 1)) + "--x--"),
        Ask::post("/form", PARTS, part("a", None, None, &"y".repeat(megabyte + 1))),
    ]
}
