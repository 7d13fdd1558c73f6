//! `./dev record`: writes the recordings in `compat-tests/recordings` anew, with what varies; `--learn` only the latter.
#![expect(clippy::print_stdout, reason = "it speaks to the person who started it")]

use anyhow::bail;
use compat_tests::recordings::{folder, learn, record};
use compat_tests::sample::Version;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let is_kept = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--learn") => true,
        Some(other) => bail!("`{other}` is no option; there is `--learn`"),
    };
    let gateway = std::env::current_exe()?.with_file_name("gateway");
    for version in Version::ALL {
        let folder = folder(version);
        if !is_kept {
            let requests = record(&gateway, version, &folder).await?;
            println!("{requests} requests, in {}", folder.display());
        }
        println!("{}", learn(&gateway, version, &folder).await?);
    }
    Ok(())
}
