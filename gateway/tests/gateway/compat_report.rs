//! `gateway compat report`: its exit codes and files, and its page in the hands of a person.

mod browser;
mod reading;

use std::path::{Path, PathBuf};

use browser::Browser;
use compat_tests::{gateway_process::Refusal, repository};
use serde_json::{Value, json};

use crate::house::command;

fn sample() -> PathBuf {
    repository().join("gateway/src/parity/report/sample.json")
}

fn report(folder: &Path, arguments: &[&str]) -> Refusal {
    let arguments: Vec<_> = ["compat", "report"].iter().chain(arguments).copied().collect();
    command(&arguments, folder, &[])
}

/// The page of a report that is like the sample but for this.
fn page(folder: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut document: Value = serde_json::from_slice(&std::fs::read(sample()).unwrap()).unwrap();
    change(&mut document);
    std::fs::write(folder.join("report.json"), document.to_string()).unwrap();
    let written = report(folder, &["report.json", "--html", "report.html"]);
    assert_eq!((written.code, written.stderr.as_str()), (Some(1), ""), "{written:?}");
    folder.join("report.html")
}

#[test]
fn the_exit_code_is_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(sample()).unwrap();
    for (verdict, code) in [("compatible", 0), ("spelling", 0), ("different", 1), ("inconclusive", 4)] {
        let text = text.replacen("\"verdict\": \"different\"", &format!("\"verdict\": \"{verdict}\""), 1);
        std::fs::write(folder.path().join("report.json"), text).unwrap();
        // A folder stands for the report in it.
        for (arguments, expected) in
            [(&["report.json"][..], verdict), (&["."], verdict), (&[".", "--json", "x.json"], "")]
        {
            let told = report(folder.path(), arguments);
            assert_eq!(told.code, Some(code), "{told:?}");
            assert_eq!(
                told.stdout.lines().last().unwrap_or_default().split(':').next(),
                Some(expected),
                "{told:?}"
            );
            assert!(!told.stdout.contains('\u{1b}'), "colours where no terminal is: {}", told.stdout);
        }
    }
}

#[test]
fn the_three_files_are_written_and_nothing_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let sample = sample();
    std::fs::write(folder.path().join("r.xml"), "of yesterday").unwrap();
    let arguments = [sample.to_str().unwrap(), "--html", "r.html", "--json", "r.json", "--junit", "r.xml"];
    let told = report(folder.path(), &arguments);
    assert_eq!((told.code, told.stdout.as_str(), told.stderr.as_str()), (Some(1), "", ""));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("r.json"), std::fs::read_to_string(&sample).unwrap());
    assert!(read("r.html").starts_with("<!DOCTYPE html>"));
    assert!(read("r.xml").starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 3, "nothing else is left behind");
}

#[test]
fn what_cannot_be_read_or_written_is_told_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("future.json"), r#"{"schema": "gateway-compat-report/9", "x": 1}"#)
        .unwrap();
    std::fs::write(folder.path().join("half.json"), &std::fs::read(sample()).unwrap()[..900]).unwrap();
    std::fs::write(folder.path().join("other.json"), "{}").unwrap();
    let sample = sample();
    for (arguments, code, expected) in [
        (&["nowhere.json"][..], 2, "nowhere.json: cannot be read: No such file"),
        (&["."], 2, ".: there is no report.json in it; `gateway compat diff REC RUN --out FILE` makes one"),
        (
            &["future.json"],
            2,
            "future.json: it is written in the schema `gateway-compat-report/9`, and this gateway reads `gateway-compat-report/1`",
        ),
        (&["half.json"], 2, "half.json: it is no report: EOF while parsing a string at line 35 column 11"),
        (&["other.json"], 2, "other.json: it has no `schema`, so it is no report"),
        (
            &[sample.to_str().unwrap(), "--html", "no/folder.html"],
            3,
            "no/folder.html: cannot be written: No such file",
        ),
        (&[], 2, "<REPORT>"),
    ] {
        let told = report(folder.path(), arguments);
        assert_eq!((told.code, told.stdout.as_str()), (Some(code), ""), "{told:?}");
        assert!(told.stderr.contains(expected), "{told:?}");
    }
}

#[tokio::test]
async fn a_difference_is_found_with_mouse_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    browser.open(&page(folder.path(), |_| {})).await;

    assert_eq!(browser.text("#shown").await, "9 findings");
    // A route's name shows what is wrong with it.
    browser.click("button.route[data-route='GET /users/me']").await;
    assert_eq!(browser.text("#shown").await, "1 of 9");
    assert_eq!(browser.ask("document.activeElement.closest('li').id").await, "finding-7a18e3c4");
    browser.press("Enter").await;
    let sides = "#finding-7a18e3c4 table.sides";
    assert_eq!(browser.text(&format!("{sides} thead")).await, "recordings/tasks\truns/native");
    let rows = browser.ask(&format!("[...document.querySelectorAll('{sides} tbody tr')].map(row => row.className + ': ' + [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()).join(' | '))")).await;
    assert_eq!(
        rows,
        json!([
            "same: 1 | HTTP/1.1 200 | 1 | HTTP/1.1 200",
            "folded: 3 lines the same",
            "same: 5 | \"id\": \"5f0f2c39-5f0d-4f6b-9a39-51b8b1c36cf5\", | 5 | \"id\": \"5f0f2c39-5f0d-4f6b-9a39-51b8b1c36cf5\",",
            "same: 6 | \"email\": \"u-41cf@x.invalid\", | 6 | \"email\": \"u-41cf@x.invalid\",",
            "same: 7 | \"roles\": [ | 7 | \"roles\": [",
            "changed: 8 | the place: differs: \"user\", | 8 | the place: differs: \"user\"",
            "removed: 9 | the place: only here: \"admin\" | ",
            "same: 10 | ] | 9 | ]",
            "same: 11 | } | 10 | }",
        ])
    );
    assert_eq!(browser.text(&format!("{sides} mark")).await, ",");

    // Words, from the keyboard.
    browser.click("#filter button[type=reset]").await;
    browser.until("document.querySelector('#shown').textContent === '9 findings'").await;
    browser.press("/").await;
    browser.write("ITEMS order").await;
    assert_eq!(browser.text("#shown").await, "1 of 9");
    browser.press("Escape").await;
    assert_eq!(browser.ask("document.activeElement.closest('li').id").await, "finding-55d0a6be");
    browser.press("/").await;
    browser.write(" nothing has this").await;
    assert_eq!(browser.text("#shown").await, "0 of 9");
    assert_eq!(browser.text("#none").await, "No finding is like that.");
    browser.click("#filter button[type=reset]").await;
    browser.until("document.querySelector('#shown').textContent === '9 findings'").await;

    // From finding to finding, and no further than the last one.
    let at = "document.activeElement.closest('li')?.id ?? document.activeElement.tagName";
    browser.ask("document.activeElement.blur()").await;
    for (key, id) in [
        ("j", "0c41d5a7"),
        ("ArrowDown", "3be2907f"),
        ("j", "55d0a6be"),
        ("k", "3be2907f"),
        ("ArrowUp", "0c41d5a7"),
        ("k", "0c41d5a7"),
    ] {
        browser.press(key).await;
        assert_eq!(browser.ask(at).await, format!("finding-{id}"), "{key}");
    }
    for _ in 0..12 {
        browser.press("j").await;
    }
    assert_eq!(browser.ask(at).await, "finding-f1a2c8e0");
    // To a pixel: a window scrolls by whole ones.
    let outside = "(box => Math.max(-box.top, box.bottom - innerHeight))(document.activeElement.getBoundingClientRect())";
    let outside = browser.ask(outside).await;
    assert!(outside.as_f64() <= Some(1.0), "{outside} pixels of it are not seen");

    browser.press("?").await;
    assert_eq!(browser.ask("document.querySelector('#help').open").await, true);
    assert!(browser.text("#help").await.contains("filter the findings"));
    browser.press("Escape").await;
    assert_eq!(browser.ask("document.querySelector('#help').open").await, false);

    for (list, value, left) in
        [("kind", "missing", "2 of 9"), ("severity", "spelling", "2 of 9"), ("route", "WS /live", "1 of 9")]
    {
        browser.choose(&format!("#by-{list}"), value).await;
        assert_eq!(browser.text("#shown").await, left, "{list}");
        browser.choose(&format!("#by-{list}"), "").await;
    }
    browser.close().await;
}

#[tokio::test]
async fn the_request_and_the_rule_are_copied_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    browser.open(&page(folder.path(), |_| {})).await;
    let document: Value = serde_json::from_slice(&std::fs::read(sample()).unwrap()).unwrap();
    browser.click("#finding-55d0a6be summary").await;
    for (what, expected) in [
        ("curl", &document["findings"][2]["examples"][0]["curl"]),
        ("rule", &document["findings"][2]["suggestion"]["rule"]),
    ] {
        browser.click(&format!("#finding-55d0a6be button[data-copies^={what}]")).await;
        browser.until("document.querySelector('#said').textContent === 'Copied.'").await;
        assert_eq!(browser.pasted().await, *expected, "{what}");
        browser.ask("document.querySelector('#said').textContent = ''").await;
    }
    browser.close().await;
}

/// A link to one finding, as somebody sends it to a colleague.
#[tokio::test]
async fn nothing_that_an_answer_says_runs_and_nothing_is_fetched() {
    let hostile = "</script><script>document.title = 'ran'</script><img src='http://127.0.0.1:9/x' onerror=\"document.title = 'ran'\">";
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    let page = page(folder.path(), |document| {
        let finding = &mut document["findings"][0];
        finding["message"] = hostile.into();
        finding["place"] = hostile.into();
        finding["route"] = hostile.into();
        finding["kind"] = "\" onclick=\"document.title = 'ran'".into();
        for side in ["reference", "live"] {
            finding["examples"][0][side] = hostile.into();
            finding["examples"][0][format!("{side}_answer")] =
                json!({"head": hostile, "body": format!("{hostile}\n{side}")});
        }
        document["reference"]["name"] = hostile.into();
    });
    browser.open_at(&page, "#finding-0c41d5a7").await;
    assert_eq!(browser.ask("document.querySelector('#finding-0c41d5a7 details').open").await, true);
    browser.click("#finding-0c41d5a7 h3").await;
    assert_eq!(browser.ask("document.title").await, "different: 9 findings");
    assert_eq!(browser.ask("document.images.length + document.scripts.length").await, 1);
    assert_eq!(browser.text("#finding-0c41d5a7 .message").await, hostile);
    // And if something did get in: the policy stops it.
    browser.ask("(() => { const script = document.createElement('script'); script.textContent = \"document.title = 'ran'\"; document.body.append(script); const image = new Image(); image.src = 'http://127.0.0.1:9/y'; document.body.append(image); })()").await;
    assert_eq!(browser.ask("document.title").await, "different: 9 findings");
    let (complaints, fetched) = browser.close_expecting_complaints().await;
    assert_eq!(fetched, [format!("file://{}", page.display())]);
    let of_policy = |complaint: &&String| complaint.contains("Content Security Policy");
    assert_eq!((complaints.iter().filter(of_policy).count(), complaints.len()), (2, 2), "{complaints:?}");
}
