//! Parameters of the path, the query, headers and cookies.

use super::Ask;

pub(super) fn asks() -> Vec<Ask> {
    [queries(), filters(), headers(), grouped_headers(), cookies(), paths(), everything()].concat()
}

fn queries() -> Vec<Ask> {
    let queries = [
        "",
        "s=a&r=1",
        "s=a&s=b&r=1&r=2",
        "r=1",
        "s=a",
        "s=&r=",
        "s=a&r=x",
        "s=a&r=1&r=x&r=",
        "s=a&r=1&n=8",
        "s=a&r=1&n=8&n=9",
        "s=a&r=1&n=",
        "s=a&r=1&n=x",
        "s=a&r=1&n=1.0",
        "s=a&r=1&n=%201%20",
        "s=a&r=1&n=1_0",
        "s=a&r=1&n=+1",
        "s=a&r=1&n=%2B1",
        "s=a&r=1&o=",
        "s=a&r=1&o=x&o=y",
        "s=a&r=1&o=null",
        "s=a&r=1&l=",
        "s=a&r=1&l=x&l=&l=y",
        "s=a&r=1&L=x",
        "s=a&r=1&l[]=x",
        "s=a&r=1&named=x",
        "s=a&r=1&al-ias=x",
        "s=a&r=1&al-ias=long",
        "s=a&r=1&al-ias=abcd&al-ias=x",
        "&&s=a&&r=1&",
        "s=a;r=1",
        "s=a=b&r=1",
        "s&r",
        "s=%&r=1",
        "s=%zz&r=1",
        "s=%FF&r=1",
        "s=%C3%BC%E2%82%AC&r=1",
        "s=a+b%20c&r=1",
        "%73=a&%72=1",
        "s=%00&r=1",
        "s=a&r=1,2",
        "s=a&r=999999999999999999999999",
        "s=a&r=1&unknown=1",
        "=x&s=a&r=1",
        "s=a&r=1&n=x&al-ias=long&r=y",
    ];
    queries.iter().map(|query| Ask::get(format!("/query?{query}"))).collect()
}

fn filters() -> Vec<Ask> {
    let queries = [
        "",
        "a=1",
        "a=1&a=2",
        "a=x",
        "a=",
        "b=x",
        "a=1&b=x",
        "a=1&b=x&b=y",
        "a=1&b=",
        "a=1&c=",
        "a=1&c=x&c=y",
        "a=1&z=9",
        "a=1&z=9&z=8",
        "z=9",
        "z=9&y=1&z=8&c=0",
        "c=1&b=2&b=3&q=1&q=2",
        "a=x&z=",
        "A=1",
        "a=1&=x",
        "a=1&&",
    ];
    let both = ["filters", "strict-filters"];
    both.iter().flat_map(|name| queries.map(|query| Ask::get(format!("/{name}?{query}")))).collect()
}

fn headers() -> Vec<Ask> {
    let full = || Ask::get("/headers").with("x-token", "t").with("x-named", "1");
    vec![
        Ask::get("/headers"),
        full(),
        full().with("x-token", "second"),
        Ask::get("/headers").with("x_token", "t").with("x-named", "1"),
        Ask::get("/headers").with("X-TOKEN", "t").with("X-Named", "1"),
        Ask::get("/headers").with("x-token", "").with("x-named", ""),
        Ask::get("/headers").with("x-token", "t").with("x-named", "x"),
        Ask::get("/headers").with("x-token", "t").with("x_named", "1"),
        full().with("x-list", "a"),
        full().with("x-list", "a").with("x-list", "b, c").with("x-list", ""),
        full().with("x_list", "a"),
        full().with("n-umber", "7"),
        full().with("n-umber", "7").with("n-umber", "8"),
        full().with("n-umber", "seven"),
        full().with("n-umber", ""),
        full().with("n_umber", "7"),
        full().with("o", ""),
        full().with("o", "x"),
        full().with("x_lit", "a"),
        full().with("x-lit", "a"),
        full().with("o", b"caf\xe9".to_vec()),
        full().with("o", b"\xc3\xbc".to_vec()),
        full().with("o", "a\tb"),
        full().with("x-list", b"\xff".to_vec()).with("n-umber", b"\xb2".to_vec()),
    ]
}

fn grouped_headers() -> Vec<Ask> {
    let each = |name: &str| {
        let full = || Ask::get(format!("/{name}")).with("x-token", "t").with("x-count", "1");
        vec![
            Ask::get(format!("/{name}")),
            full(),
            Ask::get(format!("/{name}")).with("x_token", "t").with("x_count", "1"),
            Ask::get(format!("/{name}")).with("x-token", "t").with("x-count", "x"),
            Ask::get(format!("/{name}")).with("x-token", "t"),
            Ask::get(format!("/{name}")).with("x-token", "t").with("host", "h").with("accept", "*/*"),
            full().with("x-list", "a"),
            full().with("x-list", "a").with("x-list", "b"),
            full().with("x-count", "2"),
            full().with("host", "h"),
            full().with("z", "1").with("y", "2").with("z", "3"),
            full().with("x_token", "u"),
        ]
    };
    [each("grouped-headers"), each("strict-headers")].concat()
}

fn cookies() -> Vec<Ask> {
    let headers = [
        "",
        "sid=a",
        "sid=a; n=4",
        "sid=a;n=4;sid=b",
        "n=4",
        "sid=",
        "sid=; n=",
        "sid=a; n=x",
        "sid",
        "=sid",
        "sid=a; o=\"quoted\"",
        "sid=a; o=\"\\\"\\054\\101\\400\\\\\"",
        "sid=a; o=\"",
        "sid=a; o=\"\\\"",
        "sid=a; o=b=c",
        "sid = a ; o = b ",
        "sid=a; na-med=x",
        "sid=a; named=x",
        "sid=%20a; o=+",
        "sid=a,o=b",
        "SID=a",
        "sid=a;; ;o=b",
        "sid=a; $Version=1; o=\"b;c\"",
        "sid=a; o=\"a\\9\\1234\"",
        "sid=a; z=1",
        "sid=a; n=1; z=1; y=2; z=3",
        "n=x; z=1",
    ];
    let mut asks = Vec::new();
    for name in ["cookies", "strict-cookies"] {
        asks.extend(headers.map(|header| Ask::get(format!("/{name}")).with("cookie", header)));
        asks.push(Ask::get(format!("/{name}")));
        asks.push(Ask::get(format!("/{name}")).with("cookie", "sid=a").with("cookie", "n=4; sid=b"));
        asks.push(Ask::get(format!("/{name}")).with("cookie", b"sid=\xe9\xa0; n=\x855\x85".to_vec()));
    }
    asks
}

fn paths() -> Vec<Ask> {
    let targets = [
        "/path/1/b",
        "/path/x/b",
        "/path/ 1 /b",
        "/path/1.0/b",
        "/path/1.5/b",
        "/path/-0/ü",
        "/path/1_0/a b",
        "/path/99999999999999999999/b",
        "/int/5",
        "/int/05",
        "/int/4",
        "/int/0",
        "/int/0000000000000000000000004",
        "/int/99999999999999999999",
        "/float/1.5",
        "/float/5",
        "/float/5.25",
        "/float/0012.50",
        "/float/99999999999999999999.5",
        "/int-as-float/7",
        "/int-as-float/99999999999999999999",
        "/int-as-text/007",
        "/uuid/12345678-1234-5678-1234-567812345678",
        "/rest/",
        "/rest/a/b//c",
        "/rest/../x",
    ];
    targets.map(Ask::get).to_vec()
}

/// One mistake in each part of a request, and in some of them.
fn everything() -> Vec<Ask> {
    let (good, bad) = ("1", "x");
    (0..32_u32)
        .map(|bits| {
            let value = |bit: u32| if bits & (1 << bit) == 0 { good } else { bad };
            let body = if bits & 16 == 0 { r#"{"title":"t"}"# } else { r#"{"title":"","count":"x"}"# };
            Ask::post(format!("/all/{}?q={}", value(0), value(1)), "application/json", body)
                .with("x-h", value(2))
                .with("cookie", format!("c={}", value(3)))
        })
        .chain([
            Ask::post("/all/x", "", ""),
            Ask::post("/all/x", "application/json", "{"),
            Ask::post("/all/x?q=", "text/plain", "hello"),
        ])
        .collect()
}
