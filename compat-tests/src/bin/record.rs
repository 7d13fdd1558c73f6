//! `./dev record`: writes the recordings in `compat-tests/recordings` anew.
#![expect(clippy::print_stdout, reason = "it speaks to the person who started it")]

use compat_tests::recordings::{folder, record};
use compat_tests::sample::Version;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let gateway = std::env::current_exe()?.with_file_name("gateway");
    for version in Version::ALL {
        let folder = folder(version);
        let requests = record(&gateway, version, &folder).await?;
        println!("{requests} requests, in {}", folder.display());
    }
    Ok(())
}
