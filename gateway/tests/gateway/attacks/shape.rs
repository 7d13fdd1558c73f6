//! Family E: what is no compact JWS of two JSON objects.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    Forged,
    armory::{Armory, Signer, joined},
};

pub(super) fn cases(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for signer in [Signer::Own, Signer::Hs256] {
        let token = armory.token(signer);
        let parts: Vec<&str> = token.split('.').collect();
        let mut add = |what: &str, token: String| cases.push((format!("{signer:?} {what}"), token));
        add("56 one part", parts[0].to_owned());
        add("56 two parts", parts[..2].join("."));
        add("56 four parts", format!("{token}.x"));
        add("56 five parts", format!("{token}.x.y"));
        add("56 a dot behind", format!("{token}."));
        add("56 a dot before", format!(".{token}"));
        add("56 dots only", "..".to_owned());
        let flat = json!({ "payload": parts[1], "protected": parts[0], "signature": parts[2] });
        add("57 flattened", flat.to_string());
        let general =
            json!({ "payload": parts[1], "signatures": [{ "protected": parts[0], "signature": parts[2] }] });
        add("57 general", general.to_string());
        add("58 percent dots", token.replace('.', "%2e"));
        add("58 full-width dots", token.replace('.', "\u{ff0e}"));
        add("63 nested", armory.signed(signer, &armory.header(signer), &format!("\"{token}\"")));
        add("64 16 KB", format!("{}.{}.{}", parts[0], "A".repeat(16 << 10), parts[2]));
        add("64 6,000 dots", ".".repeat(6000));
        for (what, header, claims) in texts(armory, signer) {
            add(what, signed_bytes(armory, signer, &header, &claims));
        }
        for member in members() {
            let header = armory.header(signer);
            let header = format!("{},{member}}}", header.strip_suffix('}').unwrap());
            add(member, armory.signed(signer, &header, &Armory::claims(signer).to_string()));
        }
    }
    cases.extend(encrypted());
    cases
}

/// 59, 60: what one reader of JSON takes and another does not, in the header and in the claims.
fn texts(armory: &Armory, signer: Signer) -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let (header, claims) =
        (armory.header(signer).into_bytes(), Armory::claims(signer).to_string().into_bytes());
    let mut texts = Vec::new();
    let mut both = |what: &'static str, odd: &dyn Fn(&[u8]) -> Vec<u8>| {
        texts.push((what, odd(&header), claims.clone()));
        texts.push((what, header.clone(), odd(&claims)));
    };
    let inner = |text: &[u8], more: &[u8]| [&text[..text.len() - 1], more, b"}"].concat();
    both("59 BOM", &|text| [b"\xef\xbb\xbf", text].concat());
    both("59 UTF-16", &|text| text.iter().flat_map(|byte| [*byte, 0]).collect());
    both("59 no UTF-8", &|text| inner(text, b",\"x\":\"\xff\""));
    both("59 an overlong slash", &|text| inner(text, b",\"x\":\"\xc0\xaf\""));
    both("59 bytes behind", &|text| [text, b"x"].concat());
    both("59 a NUL behind", &|text| [text, b"\0"].concat());
    both("59 two objects", &|text| [text, text].concat());
    both("59 a comment", &|text| [b"/**/", text].concat());
    both("59 a comma too many", &|text| inner(text, b","));
    both("59 single quotes", &|text| String::from_utf8(text.to_vec()).unwrap().replace('"', "'").into());
    both("59 a list", &|text| [b"[", text, b"]"].concat());
    both("59 nothing", &|_| Vec::new());
    both("59 null", &|_| b"null".to_vec());
    both("59 a line end in a text", &|text| inner(text, b",\"x\":\"a\nb\""));
    both("59 half a surrogate", &|text| inner(text, b",\"x\":\"\\ud800\""));
    both("60 deep", &|text| inner(text, &[&b",\"x\":"[..], &b"[".repeat(2500)].concat()));
    texts
}

fn signed_bytes(armory: &Armory, signer: Signer, header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    joined(&message, &armory.signature(signer, message.as_bytes()))
}

/// 61, 62: members of a header that ask for something.
fn members() -> Vec<&'static str> {
    vec![
        r#""crit":["exp"],"exp":1"#,
        r#""crit":["http://example.com/UNDEFINED"]"#,
        r#""crit":[]"#,
        r#""crit":["alg"]"#,
        r#""crit":"exp""#,
        r#""crit":null"#,
        r#""crit":["b64"],"b64":false"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""zip":"DEF""#,
        r#""enc":"A256GCM""#,
        r#""cty":"JWT""#,
    ]
}

/// 62: encrypted ones, and one that would have us hash for hours.
fn encrypted() -> Vec<Forged> {
    let headers = [
        r#"{"alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#,
        r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2000000000,"p2s":"AAAA"}"#,
        r#"{"alg":"PBES2-HS256+A128KW","p2c":2000000000,"p2s":"AAAA"}"#,
    ];
    let encoded = headers.map(|header| URL_SAFE_NO_PAD.encode(header));
    let five =
        encoded.iter().map(|header| ("62 five parts".to_owned(), format!("{header}.AAAA.AAAA.AAAA.AAAA")));
    let three = encoded.iter().map(|header| ("62 three parts".to_owned(), format!("{header}.AAAA.AAAA")));
    five.chain(three).collect()
}
