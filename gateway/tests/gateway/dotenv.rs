//! `.env` files read by the gateway and by python-dotenv, which is what the legacy reads its own with.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

use compat_tests::sample::Version;
use gateway::config::dotenv::Dotenv;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::Value;

const ASK: &str = "import io, json, logging, sys\n\
    logging.disable()\n\
    from dotenv import dotenv_values\n\
    read = lambda text: {k: v for k, v in dotenv_values(stream=io.StringIO(text)).items() if v is not None}\n\
    print(json.dumps([read(text) for text in json.load(sys.stdin)]))\n";

/// What python-dotenv makes of each text.
fn python(texts: &[String]) -> Vec<Value> {
    let mut process = Command::new(Version::Newest.python().unwrap())
        .args(["-c", ASK])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(&serde_json::to_vec(texts).unwrap()).unwrap();
    let output = process.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_gateway_reads_what_the_legacy_reads() {
    let line = "(export )?[AB ']{0,3}[ ]?=?[ ]?[\"']?[ab#$ =:-]{0,4}(\\$\\{[AC]?(:-)?[a]?\\}?)?[\\\\n\"'#]{0,3}[\"']?[ ]?";
    let text = proptest::collection::vec(proptest::string::string_regex(line).unwrap(), 1..5);
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..5000)
        .map(|number| {
            let end = ["\n", "\r\n", "\r"][number % 3];
            text.new_tree(&mut runner).unwrap().current().join(end)
        })
        .collect();
    let mut told = 0;
    for (text, expected) in texts.iter().zip(python(&texts)) {
        let seen = Dotenv::parse(text, |_| None);
        let values: BTreeMap<_, _> =
            seen.variables.iter().map(|(name, assignment)| (name, &assignment.value)).collect();
        assert_eq!(serde_json::to_value(values).unwrap(), expected, "{text:?}");
        told += seen.variables.len();
    }
    assert!(told > 1000, "only {told} variables in all");
}
