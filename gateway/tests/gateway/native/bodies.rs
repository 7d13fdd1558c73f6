//! Bodies that are hard to read the same way, and the types under which they may come.

pub(super) const TYPES: &[&str] = &[
    "",
    "text/plain",
    "application/json; charset=latin-1",
    "APPLICATION/JSON",
    "application/problem+json",
    "application/x+json",
    "application/json/x",
    "application/ json",
    "application/jsonx",
    "text/json",
    "application/json;",
    "json",
    ";application/json",
    "application/+json",
    "\"application/json\"",
    "application/json, text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/JSON+json",
    "*/*",
    "application/vnd.api+json;x=y",
];

pub(super) const BODIES: &[&[u8]] = &[
    b"null", b"[]", b"1", b"\"x\"", b"true", b"{}", b"{", b"[", b"{\"a\"", b"{\"a\":", b"{\"a\":1", b"{\"a\":1,", b"{\"a\":1,}",
    b"{a:1}", b"{'a':1}", b"[1,]", b"[1 2]", b"[1", b"[,", b"{,}", b"\"abc", b"\"a\\", b"\"a\\x\"", b"\"\\u12\"", b"\"\\u12G4\"",
    b"\"\\uD800\\u12\"", b"\"\\uD800\\uZ\"", b"\"a\nb\"", b"\"\x1f\"", b"nul", b"nan", b"NaN", b"-NaN", b"-Infinity", b"Infinit",
    b"-", b"-a", b"01", b"1.", b"1.e5", b".5", b"1e", b"1e+", b"+1", b"0x1", b"{} {}", b"{}x", b" \t\r\n{}", b"\x0b{}",
    b"\xef\xbb\xbf{\"title\":\"x\"}", b"\xef\xbb\xbf\xef\xbb\xbf{}", b"\xff", b"\"\xff\"", b"\"\xed\xa0\x80\"",
    b"{\"title\":\"\xed\xa0\x80\"}", b"{\"z\":\"\xed\xa0\x80\",\"title\":\"t\"}", b"{\"\xed\xa0\x80\":1,\"title\":\"t\"}",
    b"{\"\xed\xa0\x80\":1}", b"{\"title\":\"\xc3\xbc", b"{\"title\":\"\xf0\x9f\x98\x80\"x", b"{\"title\":1,\"title\":\"x\"}",
    b"{\"a\":1,\"b\":2,\"a\":3}", b"{\"title\":\"a\",\"\\u0070riority\":\"x\"}", b"{\"title\":\"a\",\"x\":\"\\/\\b\"}",
    b"{\"title\":\"x\"}\x00", b"\x00", b"{\x00", b" ", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"{\"\":1}", b"tru", b"[tru]",
    b"{\"a\":tru}", b"[-]", b"[1.]", b"{\"a\":01}", b"{\"a\" 1}", b"{\"a\":1 \"b\":2}", b"{1:2}", b"[1,,2]", b"{\"a\"::1}",
    b"{\"a\":}", b"{\"a\":1,\"b\"}", b"{ ", b"{\"a\":1, ", b"[ ", b"[1, ", b"\"\\", b"\"\\u", b"\"\\ud83d\\ude00", b"\"\\ud83d\\u",
    b"\"\\ud83d\\ude0", b"\"\\ud83d\\x", b"\"\\u+123\"", b"\"\\u 123\"", b"\"\\u00_1\"", b"\"\x7f\xc2\x85\"",
    b"\"\\uD83D\\uD83D\\uDE00\"", b"{\"x\":1E5,\"y\":-0,\"z\":-0.0,\"w\":1.0E-7,\"t\":12345678901234567890.5}", b"[]]", b"{}}",
    b"\"\"\"", b"[\"a\",\"b\" \"c\"]", b"{\"a\":\"b\"\"c\"}", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\"\xe2\x82\"", b"1\x002\x00", b"\x001\x002",
    b"{\"title\":1,\"description\":1,\"status\":1,\"priority\":\"x\",\"estimate_hours\":\"x\",\"due_at\":\"x\",\"project_id\":0}",
    b"{\"title\":null,\"description\":null,\"status\":null,\"priority\":null,\"estimate_hours\":null,\"due_at\":null,\"project_id\":null}",
    b"{\"Title\":\"x\",\"TITLE\":1,\"id\":5,\"owner_id\":2,\"created_at\":\"x\"}", b"[{\"title\":\"x\"}]", b"\"{\\\"title\\\":1}\"",
    b"{\"_sa_instance_state\":1,\"b\":NaN}", b"{\"_sa_instance_state\":NaN}", b"1e400", b"-0", b"[1,2",
];

/// Around and beyond what Python's interpreter follows; between 940 and 1000 the framework's own frames decide.
pub(super) fn deep() -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    for depth in [100, 900, 940, 1000, 100_000] {
        let list = [vec![b'['; depth], vec![b']'; depth]].concat();
        let object = [b"{\"a\":".repeat(depth), b"1".to_vec(), vec![b'}'; depth]].concat();
        for inner in [list, object] {
            bodies.push([b"{\"title\":\"deep\",\"z\":", &inner[..], b"}"].concat());
            bodies.push([b"{\"title\":", &inner[..], b"}"].concat());
        }
    }
    bodies
}

/// Numbers of so many digits that Python refuses them, and some fewer.
pub(super) fn large() -> Vec<Vec<u8>> {
    let digits = |count: usize| "1".repeat(count);
    [
        digits(4300),
        digits(4301),
        format!("-{}", digits(4300)),
        format!("-{}", digits(4301)),
        format!("{{\"title\":\"a\",\"x\":{}}}", digits(4301)),
        format!("{{\"title\":\"a\",\"x\":{}.5e-{}}}", digits(5000), digits(30)),
        format!("{{\"title\":\"a\",\"priority\":{}}}", digits(4300)),
        format!("{{\"title\":\"a\",\"priority\":\"{}\"}}", digits(4300)),
        format!("{{\"title\":\"a\",\"priority\":\"{}\"}}", digits(4301)),
        format!("{{\"title\":\"a\",\"priority\":\"{}5\"}}", "0".repeat(4300)),
        format!("{{\"title\":\"a\",\"estimate_hours\":{}}}", digits(309)),
        format!("{{\"title\":\"a\",\"estimate_hours\":{}}}", digits(310)),
        format!("{{\"title\":\"a\",\"estimate_hours\":{}}}", digits(400)),
        format!("{{\"title\":\"a\",\"estimate_hours\":\"{}\"}}", digits(5000)),
        format!("{{\"title\":\"a\",\"due_at\":{}}}", digits(4300)),
        format!("{{\"title\":\"a\",\"due_at\":\"{}\"}}", digits(400)),
        format!("{{\"title\":\"{}\"}}", "x".repeat(100_000)),
        format!("{{\"title\":\"a\",\"description\":\"{}\"}}", "ü".repeat(100_000)),
    ]
    .map(String::into_bytes)
    .to_vec()
}
