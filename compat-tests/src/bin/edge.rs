//! What `./dev bench edge` stands around the gateway: a bare relay (`edge relay PORT BACKEND`), and slow clients
//! (`edge attack head|body|reading ADDRESS CONNECTIONS SECONDS`).
#![expect(clippy::print_stdout, reason = "who started the attack waits for its lines")]

use std::time::Duration;

use anyhow::{Context, bail};
use compat_tests::bench::edge::attack::{Attack, Kind};
use compat_tests::bench::edge::relay;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["relay", port, backend] => relay::run(port.parse()?, backend.parse()?),
        ["attack", kind, target, connections, seconds] => {
            let kind = Kind::named(kind).context("an attack is slow in its head, body or reading")?;
            let attack = Attack { kind, target: target.parse()?, connections: connections.parse()? };
            begin(attack, Duration::from_secs(seconds.parse()?))
        }
        _ => bail!(
            "usage: edge relay PORT BACKEND | edge attack head|body|reading ADDRESS CONNECTIONS SECONDS"
        ),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn begin(attack: Attack, longest: Duration) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let end = async {
        tokio::select! {
            _ = terminate.recv() => {}
            () = tokio::time::sleep(longest) => {}
        }
    };
    let cut = attack.run(|| println!("held {}", attack.connections), end).await?;
    println!("cut {cut}");
    Ok(())
}
