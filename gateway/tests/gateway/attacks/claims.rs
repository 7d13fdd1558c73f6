//! Family D: good signatures over claims that say something else than they should.

use serde_json::{Value, json};

use super::{
    Forged,
    armory::{Armory, Signer},
};

pub(super) fn cases(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for signer in [Signer::Own, Signer::Hs256, Signer::Es256] {
        let mut add = |what: String, claims: String| {
            cases
                .push((format!("{signer:?} {what}"), armory.signed(signer, &armory.header(signer), &claims)));
        };
        let good = Armory::claims(signer);
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            claims.to_string()
        };
        for value in times() {
            add(format!("45 exp {value}"), with("exp", value));
        }
        let without = |name: &str| {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(name);
            claims.to_string()
        };
        add("45 no exp".to_owned(), without("exp"));
        let rest = without("exp");
        let rest = rest.strip_prefix('{').unwrap();
        for number in [
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "0xFFFFFFFFF",
            "04000000000",
            "18446744073709551616.",
            "1e30",
            "+4000000000",
            "4_000_000_000",
        ] {
            add(format!("46 exp {number}"), format!(r#"{{"exp":{number},{rest}"#));
        }
        for twice in [
            r#""exp":4000000000,"exp":1"#,
            r#""exp":1,"exp":4000000000"#,
            r#""exp":4000000000,"\u0065xp":1"#,
            r#""exp":4000000000,"x":1,"x":2"#,
        ] {
            add(format!("47 {twice}"), format!("{{{twice},{rest}"));
        }
        let whole = good.to_string();
        add("47 sub twice".to_owned(), whole.replacen('{', r#"{"sub":"2","#, 1));
        add("47 sub escaped".to_owned(), whole.replacen('{', r#"{"\u0073ub":"2","#, 1));
        add("48 Exp".to_owned(), format!(r#"{{"Exp":4000000000,{rest}"#));
        for value in [json!(3_900_000_000_u32), json!("now"), json!([1]), json!(true), json!({}), json!(-1)] {
            add(format!("49 nbf {value}"), with("nbf", value.clone()));
            add(format!("50 iat {value}"), with("iat", value));
        }
        for audience in [
            json!("x"),
            json!(1),
            json!({ "api": 1 }),
            json!(["ap"]),
            json!([["api"]]),
            json!("api,x"),
            json!(["api", 1]),
        ] {
            add(format!("52 aud {audience}"), with("aud", audience));
        }
        for subject in [
            json!(null),
            json!([]),
            json!(["1"]),
            json!({}),
            json!({ "id": 1 }),
            json!(true),
            json!(false),
            json!(""),
            json!("\0"),
            json!("1\0"),
            json!(1.5),
            json!("1.0"),
            json!(" 1"),
            json!("01"),
            json!("+1"),
            json!("1e0"),
            json!("99999999999999999999"),
            json!("\u{661}"),
        ] {
            add(format!("53 sub {subject}"), with("sub", subject));
        }
        add("54 no sub".to_owned(), without("sub"));
        for bridge in [json!(1), json!(0), json!(null), json!("")] {
            add(format!("99 bridge {bridge}"), with("gwb", bridge));
        }
    }
    cases.extend(own(armory));
    cases.extend(types(armory));
    cases
}

fn times() -> Vec<Value> {
    vec![
        json!(1_000_000_000),
        json!(0),
        json!(-1),
        json!("4000000000"),
        json!(null),
        json!(true),
        json!([4_000_000_000_u32]),
        json!({ "v": 1 }),
        json!("2030-01-01T00:00:00Z"),
        json!(""),
        json!(1e300),
        json!(9_007_199_254_740_994_u64),
    ]
}

/// What is required of our own tokens alone.
fn own(armory: &Armory) -> Vec<Forged> {
    let good = Armory::claims(Signer::Own);
    let mut cases = Vec::new();
    let mut add = |what: String, claims: &Value| {
        cases.push((what, armory.signed(Signer::Own, &armory.header(Signer::Own), &claims.to_string())));
    };
    for name in ["iss", "aud", "sid", "jti", "iat"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        add(format!("54 no {name}"), &claims);
        for value in [json!(null), json!(1.5), json!(["api", "gateway"]), json!("")] {
            claims[name] = value.clone();
            add(format!("54 {name} {value}"), &claims);
        }
    }
    for issuer in [
        "gatewa",
        "gateway ",
        "gateway/",
        "Gateway",
        "x.gateway",
        "gateway.evil.example",
        "gateway\0",
        "gateway@evil.example",
        "https://gateway",
    ] {
        let mut claims = good.clone();
        claims["iss"] = json!(issuer);
        add(format!("51 iss {issuer}"), &claims);
    }
    let mut claims = good.clone();
    claims["iss"] = json!(["evil", "gateway"]);
    add("51 iss as a list".to_owned(), &claims);
    claims = good;
    claims["exp"] = json!(4_000_000_000_u32);
    add("a lifetime of a century".to_owned(), &claims);
    cases
}

/// 55: a token of another kind, signed by the same key.
fn types(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for signer in Signer::ALL {
        for typ in [
            r#""refresh""#,
            r#""refresh+jwt""#,
            r#""rt+jwt""#,
            r#""id_token""#,
            r#""logout+jwt""#,
            r#""dpop+jwt""#,
            r#""gwid+jwt""#,
            r#""application/at+jwt""#,
            r#""AT+JWT""#,
            r#""at+jwt ""#,
            r#""""#,
            "null",
            "1",
            "[]",
        ] {
            let header = armory.header(signer);
            let said = if signer == Signer::Own { r#""at+jwt""# } else { r#""JWT""# };
            let header = header.replace(said, typ);
            let token = armory.signed(signer, &header, &Armory::claims(signer).to_string());
            cases.push((format!("55 {signer:?} {typ}"), token));
        }
        // Of one signer with the type of another.
        let swapped = match signer {
            Signer::Own => armory.header(signer).replace("at+jwt", "JWT"),
            _ => armory.header(signer).replace("JWT", "at+jwt"),
        };
        let token = armory.signed(signer, &swapped, &Armory::claims(signer).to_string());
        cases.push((format!("55 {signer:?} swapped"), token));
    }
    cases
}
