//! What OpenSSL and curl agree with us on.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{certificate::Shown, setting};
use crate::{
    fake_legacy::{FakeLegacy, header},
    house::{House, PATIENCE, show},
};

/// All that `openssl s_client` says about one handshake.
fn s_client(address: SocketAddr, arguments: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &address.to_string(), "-servername", "localhost"]);
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn curl(trusted: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--noproxy", "*", "--max-time", "30", "--cacert"]).arg(trusted);
    let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

async fn house(legacy: &FakeLegacy, folder: &Path) -> House {
    Shown::new("the gateway").write(folder);
    let mut setting = setting(folder);
    setting.legacy_url = format!("http://{}", legacy.address());
    House::open(&setting).await
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_and_protocols_are_those_of_today() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let house = house(&legacy, folder.path()).await;
    let address = house.gateway.public();
    for (arguments, agreed) in [
        (&["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"][..], "New, (NONE), Cipher is (NONE)"),
        (&["-tls1_2"], "New, TLSv1.2, Cipher is ECDHE-"),
        (&["-tls1_3"], "New, TLSv1.3, Cipher is TLS_"),
        // Without forward secrecy, which RFC 9113 section 9.2.2 forbids.
        (&["-tls1_2", "-cipher", "AES128-SHA"], "New, (NONE), Cipher is (NONE)"),
        (&["-alpn", "h2,http/1.1"], "ALPN protocol: h2\n"),
        (&["-alpn", "http/1.1,h2"], "ALPN protocol: h2\n"),
        (&["-alpn", "http/1.1"], "ALPN protocol: http/1.1\n"),
        (&["-alpn", "spdy/3"], "alert no application protocol"),
        (&[], "No ALPN negotiated"),
    ] {
        let told = s_client(address, arguments);
        assert!(told.contains(agreed), "{arguments:?}: no `{agreed}` in\n{told}");
    }
    let ticket = folder.path().join("ticket");
    let ticket = ticket.to_str().unwrap();
    s_client(address, &["-tls1_2", "-sess_out", ticket]);
    let again = s_client(address, &["-tls1_2", "-sess_in", ticket]);
    assert!(again.contains("Reused, TLSv1.2"), "{again}");
    house.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legacy_is_told_what_the_client_spoke() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            let proto = header(&head, "x-forwarded-proto").unwrap_or("nothing").to_owned();
            connection.answer(&format!("{} by {proto}", head.lines().next().unwrap_or(""))).await?;
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let house = house(&legacy, folder.path()).await;
    let trusted = folder.path().join("cert.pem");
    let url = format!("https://localhost:{}/a?b", house.gateway.public().port());
    let claims = ["--header", "X-Forwarded-Proto: http", "--write-out", " %{http_version}"];
    for (version, shown) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let told = curl(&trusted, &[&claims[..], &[version, &url]].concat());
        assert_eq!(told, (Some(0), format!("GET /a?b HTTP/1.1 by https {shown}")), "{version}");
    }
    house.close();
}

/// Without a goodbye the client could not tell a whole answer from one that was cut (RFC 9112 section 9.8).
#[tokio::test]
async fn a_connection_ends_with_a_goodbye_whatever_was_asked_for() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let shown = Shown::new("the gateway");
    shown.write(folder.path());
    let mut setting = setting(folder.path());
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    for connection in ["close", "close, upgrade\r\nupgrade: h2c"] {
        let mut stream = shown.connect(house.gateway.public(), &["http/1.1"]).await.unwrap();
        let head = format!("GET /a HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        // An end without a goodbye is an error here.
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        assert!(answer.ends_with("reached"), "{connection}: {answer}");
    }
    house.close();
}

/// Who speaks in clear where TLS is spoken is not left waiting, and gets nothing of anybody.
#[tokio::test]
async fn in_clear_nothing_is_answered() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let house = house(&legacy, folder.path()).await;
    for said in ["GET / HTTP/1.1\r\nhost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0"] {
        let mut socket = TcpStream::connect(house.gateway.public()).await.unwrap();
        socket.write_all(said.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut heard = Vec::new();
        // A reset is an end as well.
        let _ = timeout(PATIENCE, socket.read_to_end(&mut heard)).await.unwrap();
        assert!(!String::from_utf8_lossy(&heard).contains("reached"), "{heard:?}");
    }
    assert_eq!(legacy.executed(), 0);
    house.close();
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how much is tried is not a setting of the gateway")]
async fn a_handshake_that_takes_too_long_is_cut() {
    if std::env::var_os("GATEWAY_TEST_LONG").is_none() {
        show("tls: a slow handshake is waited for only with GATEWAY_TEST_LONG");
        return;
    }
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let house = house(&legacy, folder.path()).await;
    // Nothing, and the beginning of a handshake.
    for said in [&b""[..], &[0x16, 3, 1, 2]] {
        let begun = Instant::now();
        let mut socket = TcpStream::connect(house.gateway.public()).await.unwrap();
        socket.write_all(said).await.unwrap();
        let mut heard = Vec::new();
        let _ = timeout(PATIENCE, socket.read_to_end(&mut heard)).await.unwrap();
        let after = begun.elapsed();
        assert!(after > Duration::from_secs(9) && after < Duration::from_secs(20), "{said:?}: {after:?}");
    }
    house.close();
}
