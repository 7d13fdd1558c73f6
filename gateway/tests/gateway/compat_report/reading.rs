//! The page can be read by everybody: on a small screen, in dark and light, by ear, without its script.

use serde_json::{Value, json};

use super::{browser::Browser, page};

/// Each text whose contrast to what it stands on is below 4.5, with the ratio (WCAG 2.2, 1.4.3): nothing large is excused.
const FAINT: &str = "(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const [red, green, blue, alpha = 1] = parse(getComputedStyle(element).backgroundColor);
      if (alpha === 1) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let looked = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, option')) continue;
    looked += 1;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(2) + ' ' + texts.currentNode.data);
  }
  return { looked, faint };
})()";

const OPEN_ALL: &str = "document.querySelectorAll('details').forEach(details => { details.open = true; })";

#[tokio::test]
async fn every_text_stands_out_and_fits_on_any_screen_in_dark_and_light() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    // Texts that are as long as servers make them.
    let page = page(folder.path(), |document| {
        document["findings"][0]["route"] = format!("GET /{}", "long".repeat(60)).into();
        document["findings"][0]["examples"][0]["live"] = "x".repeat(2_500).into();
        document["findings"][0]["examples"][0]["live_answer"]["body"] = "y".repeat(2_500).into();
        document["routes"][0]["route"] = format!("GET /{}", "long".repeat(60)).into();
        document["reference"]["name"] = "recordings/".repeat(20).into();
    });
    for (width, is_dark) in [(1_280, false), (1_280, true), (360, false), (360, true)] {
        browser.width(width, is_dark).await;
        browser.open(&page).await;
        browser.ask(OPEN_ALL).await;
        let seen = browser.ask(FAINT).await;
        assert!(seen["looked"].as_u64() > Some(400), "{seen}");
        assert_eq!(seen["faint"], json!([]), "{width} {is_dark}");
        let wider = browser.ask("document.documentElement.scrollWidth - innerWidth").await;
        assert!(wider.as_i64() <= Some(0), "{width}: {wider} pixels are beside the screen");
        let picture = browser.picture().await;
        assert!(picture.len() > 10_000, "{}", picture.len());
    }
    // One side under the other, what is the same once.
    let columns = "[...document.querySelectorAll('#finding-7a18e3c4 .sides tbody tr')].map(row => [...row.cells].filter(cell => cell.checkVisibility()).length)";
    assert_eq!(browser.ask(columns).await, json!([2, 1, 2, 2, 2, 4, 2, 2, 2]));
    browser.close().await;
}

#[tokio::test]
async fn a_screen_reader_is_told_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    browser.open(&page(folder.path(), |_| {})).await;
    browser.ask("document.querySelector('#finding-0c41d5a7 details').open = true").await;
    let told = browser.read_aloud().await;
    let has = |role: &str, name: &str| told.iter().any(|(found, said)| found == role && said.trim() == name);
    for (role, name) in [
        ("banner", ""),
        ("main", ""),
        ("contentinfo", ""),
        ("search", "Filter the findings"),
        ("region", "Routes"),
        ("region", "Findings"),
        ("region", "Not asked"),
        ("region", "Rules"),
        ("region", "Reference"),
        ("region", "Both answers side by side"),
        ("heading", "Compatibility report"),
        ("heading", "Findings"),
        ("heading", "breaking body $.created_at zone"),
        ("heading", "Exchange 31, session s2"),
        ("image", "Routes by verdict"),
        ("columnheader", "Different"),
        ("rowheader", "GET /users/me"),
        ("link", "To the findings"),
        ("searchbox", "Filter"),
        ("combobox", "severity"),
        ("button", "Copy curl"),
        ("button", "Copy rule"),
        ("StaticText", "differs:"),
    ] {
        assert!(has(role, name), "there is no {role} `{name}`: {told:#?}");
    }
    let levels = browser
        .ask("[...document.querySelectorAll('h1, h2, h3, h4')].map(heading => Number(heading.tagName[1]))")
        .await;
    let levels: Vec<_> = levels.as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "a heading is left out: {levels:?}");
    // What is focused is seen to be.
    browser.press("j").await;
    let outline = browser.ask("getComputedStyle(document.activeElement).outlineWidth").await;
    assert_eq!(outline, "3px");
    let ids = browser.ask("(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(element => element.id))").await;
    assert_eq!(ids, 0, "an id stands for two things");
    browser.close().await;
}

#[tokio::test]
async fn everything_can_be_read_without_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start().await;
    let page = page(folder.path(), |_| {});
    let text = std::fs::read_to_string(&page).unwrap();
    let begin = text.find("<script>").unwrap();
    std::fs::write(&page, &text[..begin]).unwrap();
    browser.open(&page).await;
    browser.click("#finding-55d0a6be summary").await;
    assert!(browser.text("#finding-55d0a6be").await.contains("the items sorted by another column"));
    browser.close().await;
}
