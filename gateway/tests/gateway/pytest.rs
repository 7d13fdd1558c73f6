//! The sample legacy's own tests: what the gateway is compared with must itself be right.

use std::process::Command;

use compat_tests::sample::{self, Version};

use crate::house::{admin_database, show};

#[test]
fn the_sample_passes_its_own_tests_on_both_versions() {
    for version in Version::ALL {
        let output = Command::new(version.python().unwrap())
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .current_dir(sample::directory())
            .env("DATABASE_URL", admin_database())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{version:?}\n{told}");
        show(&format!("sample legacy, {version:?}: {}", told.lines().last().unwrap_or("")));
    }
}
