//! Clients that are not ours: h2load and nghttp, in clear and over TLS.

use std::process::{Command, Stdio};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting},
    tls::certificate::Shown,
};

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}:\n{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_load_is_answered() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    Shown::new("the gateway").write(folder.path());
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let clear = Setting::in_front_of(legacy.address());
    let secured = Setting::in_front_of(legacy.address())
        .with_environment("GATEWAY_TLS_CERT", &file("cert.pem"))
        .with_environment("GATEWAY_TLS_KEY", &file("key.pem"));
    for (setting, scheme) in [(clear, "http"), (secured, "https")] {
        let house = House::open(&setting).await;
        let url = format!("{scheme}://127.0.0.1:{}/load", house.gateway.public().port());
        let told = run("h2load", &["-n", "2000", "-c", "4", "-m", "25", &url]);
        let succeeded = "2000 total, 2000 started, 2000 done, 2000 succeeded, 0 failed, 0 errored, 0 timeout";
        assert!(told.contains(succeeded), "{told}");
        assert!(told.contains("status codes: 2000 2xx, 0 3xx, 0 4xx, 0 5xx"), "{told}");
        let told = run("nghttp", &["--no-verify-peer", "--verbose", &url]);
        assert!(told.contains(":status: 200") && told.contains("reached"), "{told}");
        house.close();
    }
    assert_eq!(legacy.executed(), 2 * 2001);
}
