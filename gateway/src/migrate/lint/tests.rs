//! One bad script and one good for every rule, and the texts of a report.

mod cases;

use std::{collections::BTreeSet, path::Path};

use squawk_linter::Linter;
use strum::IntoEnumIterator;

use cases::{CASES, CONTRACT, EXPAND};

use super::{
    rules::{Own, SQUAWK, Scope},
    *,
};
use crate::{migrate::header::Header, telemetry::fingerprint::Fingerprint};

/// Header, up, down.
type Scripts<'a> = (&'a str, &'a str, &'a str);

fn migration(version: i32, (header, up, down): Scripts<'_>) -> Migration {
    let script = |path: String, sql: String, is_transactional| Script {
        path: path.into(),
        checksum: Fingerprint::of(&sql),
        sql,
        is_transactional,
    };
    let up = format!("-- gateway: {header}\n{up}\n");
    let (header, is_transactional) = Header::of_up(Path::new("up"), &up).unwrap();
    // A down says for itself how it runs: here as its statements need it.
    let outside = down.to_ascii_lowercase().contains("concurrently");
    let transaction = if outside { "off" } else { "on" };
    let down = format!("-- gateway: transaction={transaction}\n{down}\n");
    Migration {
        version,
        name: "a".to_owned(),
        header,
        up: script(format!("V{version:04}__a.up.sql"), up, is_transactional),
        down: script(format!("V{version:04}__a.down.sql"), down, !outside),
    }
}

fn findings(scripts: &[Scripts<'_>]) -> Vec<Finding> {
    let numbered = (1..).zip(scripts);
    let migrations = numbered.map(|(version, scripts)| migration(version, *scripts)).collect();
    lint(&Folder { path: "m".into(), migrations })
}

fn rules(scripts: &[Scripts<'_>]) -> Vec<String> {
    findings(scripts).into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn every_rule_finds_what_breaks_it_and_only_that() {
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for (rule, bad, good) in CASES {
        seen.insert((*rule).to_owned());
        let (mut broken, kept) = (rules(&[*bad]), rules(&[*good]));
        broken.dedup();
        if broken != [*rule] || !kept.is_empty() {
            wrong.push(format!("{rule}: {broken:?} {kept:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let on = SQUAWK.iter().filter(|(_, scope, _)| *scope != Scope::Off);
    let all: BTreeSet<_> =
        Own::iter().map(|rule| rule.name().to_owned()).chain(on.map(|(rule, ..)| rule.to_string())).collect();
    assert_eq!(seen, all, "a rule without a case, or a case without a rule");
}

#[test]
fn every_rule_that_squawk_switches_on_was_decided_about() {
    for rule in Linter::with_default_rules().rules {
        assert_eq!(SQUAWK.iter().filter(|(listed, ..)| *listed == rule).count(), 1, "{rule}");
    }
}

#[test]
fn a_constraint_is_validated_by_a_later_migration() {
    let add = (CONTRACT, "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;", "SELECT 1;");
    let validate = (
        CONTRACT,
        "ALTER TABLE a VALIDATE CONSTRAINT c; -- squawk-ignore require-table-schema -- x",
        "SELECT 1;",
    );
    assert_eq!(rules(&[add, validate]), Vec::<String>::new());
    let other = (CONTRACT, "ALTER TABLE public.b VALIDATE CONSTRAINT c;", "SELECT 1;");
    assert_eq!(rules(&[add, other]), ["not-validated"]);
    assert_eq!(findings(&[add])[0].level, Level::Hint);
    let both = "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;\nALTER TABLE public.a VALIDATE CONSTRAINT c;";
    assert_eq!(rules(&[(CONTRACT, both, "SELECT 1;")]), ["not-validated", "constraint-missing-not-valid"]);
}

#[test]
fn a_generated_column_is_derived_again() {
    let up = "ALTER TABLE public.a ADD COLUMN x text GENERATED ALWAYS AS (lower(y)) STORED;";
    assert!(
        !rules(&[(EXPAND, up, "ALTER TABLE public.a DROP COLUMN x;")]).contains(&"lossless-down".to_owned())
    );
}

#[test]
fn how_the_runner_works_is_nobodys_to_break() {
    for rule in ["transaction-control", "lossless-down", "bookkeeping", "no-such-rule"] {
        let up = format!("-- squawk-ignore {rule} -- because\nSELECT 1;");
        assert_eq!(rules(&[(EXPAND, &up, "SELECT 1;")]), ["exemption"], "{rule}");
    }
    let up = "-- squawk-ignore bookkeeping -- because\nDELETE FROM gateway.baseline WHERE x;";
    let found = rules(&[("phase=contract transaction=on reversible=lossy", up, "SELECT 1;")]);
    assert_eq!(found, ["exemption", "bookkeeping"]);
}

#[test]
fn a_finding_says_where_what_and_what_to_do() {
    let found = findings(&[(
        EXPAND,
        "ALTER TABLE public.a\n  ADD COLUMN y text,\n  DROP COLUMN \"X\";\nDROP TABLE public.b;",
        "SELECT 1;",
    )]);
    let told: Vec<_> = found.iter().map(|finding| finding.to_string()).collect();
    assert_eq!(
        told.join("\n\n"),
        "\
V0001__a.up.sql:2:1: lossless-up: drops public.a.\"X\", and `reversible=lossless` keeps no copy
2 | ALTER TABLE public.a
  | ^^^^^^^^^^^^^^^^^^^^
help: write `reversible=archive`, which keeps a copy, or `reversible=lossy`

V0001__a.up.sql:4:3: destructive: drops a column (public.a) in phase expand
4 |   DROP COLUMN \"X\";
  |   ^^^^^^^^^^^^^^^
help: move it to a migration with `phase=contract`, applied when no running code uses it any more

V0001__a.up.sql:5:1: destructive: drops a table (public.b) in phase expand
5 | DROP TABLE public.b;
  | ^^^^^^^^^^^^^^^^^^^
help: move it to a migration with `phase=contract`, applied when no running code uses it any more

V0001__a.up.sql:5:1: lossless-up: drops public.b, and `reversible=lossless` keeps no copy
5 | DROP TABLE public.b;
  | ^^^^^^^^^^^^^^^^^^^
help: write `reversible=archive`, which keeps a copy, or `reversible=lossy`"
    );
}
