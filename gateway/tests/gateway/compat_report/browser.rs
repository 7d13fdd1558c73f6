//! A browser that a test drives as a person would: it clicks where something is seen, and presses keys.
//!
//! Chromium without a window, asked by its own protocol (DevTools) over a WebSocket on a port that it chooses.

use std::{path::Path, process::Stdio};

use base64::{Engine, prelude::BASE64_STANDARD};
use compat_tests::client::{
    Client,
    websocket::{Frame, WebSocket},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStderr, Command},
    time::timeout,
};

use crate::house::PATIENCE;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

pub(super) struct Browser {
    socket: WebSocket,
    process: Child,
    stderr: BufReader<ChildStderr>,
    /// Of the only page.
    session: Option<String>,
    last_id: u64,
    loads: usize,
    /// What the page complained of: exceptions, and what its policy stopped.
    complaints: Vec<String>,
    /// What was asked for, on the network or on the disk, but for what the page's policy stopped; by its number.
    fetched: Vec<(String, String)>,
    /// Deleted after the process has ended: fields are dropped in this order.
    _profile: TempDir,
}

impl Browser {
    pub(super) async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (mut process, mut stderr) = launch(profile.path());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            let length = timeout(PATIENCE, stderr.read_line(&mut line)).await.unwrap().unwrap();
            assert!(length > 0, "the browser ended: {said}");
            if let Some(address) = line.trim().strip_prefix("DevTools listening on ws://") {
                break address.to_owned();
            }
            said += &line;
        };
        let (host, path) = address.split_once('/').unwrap();
        let mut client = Client::connect(host.parse().unwrap()).await.unwrap();
        let head = client.handshake(&format!("/{path}"), &[]).await.unwrap();
        assert_eq!(head.status, 101, "{head:?}");
        assert!(process.try_wait().unwrap().is_none(), "the browser ended");
        let mut browser = Self {
            socket: client.into_websocket(),
            process,
            stderr,
            session: None,
            last_id: 0,
            loads: 0,
            complaints: Vec::new(),
            fetched: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"})).await;
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", target).await;
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({})).await;
        }
        browser.width(1_280, false).await;
        browser
    }

    pub(super) async fn open(&mut self, page: &Path) {
        self.open_at(page, "").await;
    }

    pub(super) async fn open_at(&mut self, page: &Path, hash: &str) {
        let loads = self.loads;
        let url = format!("file://{}{hash}", page.display());
        let opened = self.call("Page.navigate", json!({"url": url})).await;
        assert!(opened.get("errorText").is_none(), "{opened}");
        while self.loads == loads {
            let message = self.hear().await;
            self.see(&message);
        }
    }

    /// A window so wide, in dark colours or in light ones.
    pub(super) async fn width(&mut self, width: u32, is_dark: bool) {
        let window = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", window).await;
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", features).await;
    }

    /// What an expression is in the page; a promise, what comes of it.
    pub(super) async fn ask(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", asked).await;
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].take()
    }

    /// When it has become true.
    pub(super) async fn until(&mut self, condition: &str) {
        let again = format!(
            "new Promise(done => {{ const look = () => {condition} ? done(true) : setTimeout(look, 5); look(); }})"
        );
        self.ask(&again).await;
    }

    pub(super) async fn text(&mut self, selector: &str) -> String {
        let text = self.ask(&format!("document.querySelector({}).innerText", json!(selector))).await;
        text.as_str().unwrap().trim().to_owned()
    }

    /// In the middle of it, after it was scrolled to; nothing else may lie there.
    pub(super) async fn click(&mut self, selector: &str) {
        let find = format!(
            "(element => {{ element.scrollIntoView({{block: 'center'}}); const box = element.getBoundingClientRect(); \
             const at = [box.x + Math.min(box.width / 2, 300), box.y + box.height / 2]; \
             const there = document.elementFromPoint(...at); \
             return element.contains(there) ? at : 'covered by ' + there?.outerHTML; }})(document.querySelector({}))",
            json!(selector)
        );
        let at = self.ask(&find).await;
        assert!(at.is_array(), "{selector} is {at}");
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    pub(super) async fn press(&mut self, key: &str) {
        // A key that writes something says what.
        let text = match key {
            "Enter" => Some("\r"),
            _ if key.chars().count() == 1 => Some(key),
            _ => None,
        };
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            _ => 0,
        };
        let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
        if let Some(text) = text {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down).await;
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", up).await;
    }

    pub(super) async fn write(&mut self, text: &str) {
        for character in text.chars() {
            self.press(&character.to_string()).await;
        }
    }

    /// As from the list that opens, which is no part of the page.
    pub(super) async fn choose(&mut self, selector: &str, value: &str) {
        let choose = format!(
            "(list => {{ list.value = {}; list.dispatchEvent(new Event('input', {{bubbles: true}})); return list.value; }})\
             (document.querySelector({}))",
            json!(value),
            json!(selector)
        );
        assert_eq!(self.ask(&choose).await, value, "{selector}");
    }

    /// What the clipboard has, pasted into a field of the test's own.
    pub(super) async fn pasted(&mut self) -> String {
        self.ask("(() => { const field = document.createElement('textarea'); field.id = 'pasted'; document.body.append(field); field.focus(); })()").await;
        let paste = json!({"type": "keyDown", "key": "v", "code": "KeyV", "windowsVirtualKeyCode": 86, "modifiers": 2, "commands": ["paste"]});
        self.call("Input.dispatchKeyEvent", paste).await;
        let pasted = self
            .ask("(field => { field.remove(); return field.value; })(document.querySelector('#pasted'))")
            .await;
        pasted.as_str().unwrap().to_owned()
    }

    /// Role and name of everything that a screen reader is told of, in order.
    pub(super) async fn read_aloud(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] == json!(false));
        let word = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        nodes.map(|node| (word(&node["role"]), word(&node["name"]))).collect()
    }

    /// The window as a picture, for whoever wants to look.
    pub(super) async fn picture(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"})).await;
        BASE64_STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// The page may have had nothing to complain of.
    pub(super) async fn close(self) {
        let (complaints, _) = self.close_expecting_complaints().await;
        assert_eq!(complaints, [""; 0]);
    }

    /// What the page complained of, and what was fetched.
    pub(super) async fn close_expecting_complaints(mut self) -> (Vec<String>, Vec<String>) {
        self.session = None;
        self.call("Browser.close", json!({})).await;
        let mut rest = String::new();
        timeout(PATIENCE, self.stderr.read_to_string(&mut rest)).await.unwrap().unwrap();
        timeout(PATIENCE, self.process.wait()).await.unwrap().unwrap();
        (self.complaints, self.fetched.into_iter().map(|(_, url)| url).collect())
    }

    async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.socket.say(&Frame::text(&message.to_string())).await.unwrap();
        loop {
            let mut message = self.hear().await;
            if message["id"] == self.last_id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
            self.see(&message);
        }
    }

    async fn hear(&mut self) -> Value {
        let frame = self.socket.hear().await.unwrap().expect("the browser ended");
        serde_json::from_slice(&frame.payload).unwrap()
    }

    fn see(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loads += 1,
            "Runtime.exceptionThrown" => self.complaints.push(parameters["exceptionDetails"].to_string()),
            "Log.entryAdded" => self.complaints.push(parameters["entry"]["text"].to_string()),
            "Network.requestWillBeSent" => {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                self.fetched.push((word(&parameters["requestId"]), word(&parameters["request"]["url"])));
            }
            "Network.loadingFailed" if parameters["blockedReason"] == "csp" => {
                self.fetched.retain(|(id, _)| parameters["requestId"] != id.as_str());
            }
            _ => {}
        }
    }
}

/// In a container a test is root and there is no room to share memory in, both of which it refuses without these.
fn launch(profile: &Path) -> (Child, BufReader<ChildStderr>) {
    let mut folder = std::ffi::OsString::from("--user-data-dir=");
    folder.push(profile);
    for name in NAMES {
        let mut command = Command::new(name);
        command.args([
            "--headless=new",
            "--remote-debugging-port=0",
            "--no-sandbox",
            "--disable-dev-shm-usage",
        ]);
        command.args([
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
        ]);
        command
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        match command.spawn() {
            Ok(mut process) => {
                let stderr = BufReader::new(process.stderr.take().unwrap());
                return (process, stderr);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    panic!("there is no browser; `./dev test` installs one")
}
