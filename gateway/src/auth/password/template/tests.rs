//! Templates as they are written, beside what the same expression gives in Python's hashlib.

use proptest::prelude::*;

use super::*;

fn text(template: &str) -> String {
    let template: Template = template.parse().unwrap();
    String::from_utf8(template.text("pä".as_bytes(), b"s4lt")).unwrap()
}

#[test]
fn a_template_gives_what_the_expression_gives() {
    for (template, expected) in [
        ("md5(password)", "7e7294a0484202f6aada17c750ee652c"),
        ("sha1(salt+password)", "3b1cc6cdc92495b429a19373269ff1a3f62435e7"),
        ("sha256(salt + password)", "be67822ab63c61d10f5355e44ab0eca0991017a61e2e9996f8af0cbb32e9495b"),
        ("hex(sha256(password+salt))", "bb0f98bdd5b8b599bd7aa1276ef964cc038b94568f12d71579b2e50cfe032bf5"),
        (
            "base64(sha512(salt+password))",
            "wpxtAglVmzDgnCrLoK2aXaG2Aa2nFgAsmLcS7jlkmMeES/4168CS+ZF94O7Eogz/z8lTTGdw6LOrupaqeHQRNA==",
        ),
        (
            "sha256(hex(sha256(password))+salt)",
            "fcb2633d780414f3bc4ea677ddb73f89199c5f0f3fb347d6ddff17532a2dc6fb",
        ),
        ("sha256(sha256(password)+salt)", "735767530d9b17c57f40f2551eadd51807ae05eb2013e5d2daa0b6cf5889a3a6"),
        ("salt+hex(md5(salt+password))", "s4lt4df088f2c9f81ffdd4d73af878626a7d"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
}

#[test]
fn what_is_no_template_says_why() {
    use BadTemplate as Bad;
    let unknown = |text: &str| Bad::Unknown(text.to_owned());
    for (template, expected) in [
        ("", Bad::Syntax),
        ("sha256(password", Bad::Syntax),
        ("sha256(password))", Bad::Syntax),
        ("sha256(+password)", Bad::Syntax),
        ("sha256()", Bad::Syntax),
        ("crc32(password)", unknown("crc32(password)")),
        ("sha256(pasword)", unknown("pasword")),
        ("SHA256(password)", unknown("SHA256(password)")),
        ("sha256(salt)", Bad::WithoutPassword),
        ("password", Bad::Plain),
        ("base64(password)", Bad::Plain),
        ("sha256(salt)+password", Bad::Plain),
        ("hex(hex(hex(hex(hex(hex(hex(hex(hex(password)))))))))", Bad::TooDeep),
    ] {
        assert_eq!(template.parse::<Template>(), Err(expected), "{template}");
    }
}

#[test]
fn a_salt_stands_somewhere() {
    for (text, stored, companion, expected) in [
        ("column:salt", "hash", Some("s"), Ok(("hash", "s"))),
        ("column:salt", "hash", None, Err(Unusable::NoSalt)),
        ("before:$", "s$ha$h", None, Ok(("ha$h", "s"))),
        ("after::", "ha:sh:s", None, Ok(("ha:sh", "s"))),
        ("before:$", "hash", None, Err(Unusable::Unknown)),
    ] {
        let salt: Salt = text.parse().unwrap();
        assert_eq!(salt.split(stored, companion), expected, "{text}");
        assert_eq!(salt.to_string(), text);
    }
    for bad in ["", "salt", "column:", "before:", "before:$$", "between:$"] {
        assert!(bad.parse::<Salt>().is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z0-9()+ é]{0,60}") {
        let _ = text.parse::<Template>();
        let _ = text.parse::<Salt>();
    }
}
