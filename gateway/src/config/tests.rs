//! What the process makes of the variables it is started with.

mod parts;
mod table;

use super::*;
use crate::telemetry::log::LogFormat;

const GOOD: &str = "\
DATABASE_URL=postgresql+asyncpg://u:p@localhost/app
LEGACY_URL=http://127.0.0.1:8000
SECRET_KEY=0123456789abcdef0123456789abcdef
";

struct Seen {
    shared: Shared,
    config: Option<Config>,
    mistakes: String,
    warnings: String,
}

impl Seen {
    fn good(self) -> (Shared, Config) {
        assert_eq!((self.mistakes.as_str(), self.warnings.as_str()), ("", ""));
        (self.shared, self.config.expect("no mistake was told"))
    }

    /// The line of the table, with single blanks.
    fn row(&self, setting: &str) -> String {
        let table = self.shared.effective.to_string();
        let row = table.lines().find(|line| line.split(' ').next() == Some(setting));
        row.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn read(environment: &[(&str, &str)], dotenv: &str) -> Seen {
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, Some(*value))).collect();
    read_source(&Source::of(&environment, dotenv))
}

fn read_source(source: &Source) -> Seen {
    let mut mistakes = Mistakes::default();
    let (mut shared, config) = Config::from_source(source, &mut mistakes);
    let weaknesses = std::mem::take(&mut shared.weaknesses);
    let warnings = weaknesses.settle(shared.environment, false, &mut mistakes).to_string();
    Seen { shared, config, mistakes: mistakes.to_string(), warnings }
}

#[test]
fn a_fastapi_projects_own_env_file_is_enough() {
    let (shared, config) = read(&[], GOOD).good();
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(shared.jwt_secret.expect("read").expect("an alias").expose().len(), 32);
    assert_eq!(config.listen.public.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listen.admin.to_string(), "127.0.0.1:9090");
    assert_eq!(shared.files.routes.to_str(), Some("routes.toml"));
}

#[test]
fn a_name_may_be_small_as_pydantic_settings_lets_it_be() {
    let seen = read(
        &[],
        "database_url=postgresql://u@localhost/small\nSecret_Key=abcdefghijklmnopqrstuvwxyz123456\n",
    );
    assert!(seen.row("DATABASE_URL").contains("/small"), "{}", seen.row("DATABASE_URL"));
    assert!(seen.row("LEGACY_JWT_SECRET").contains("SECRET_KEY"), "{}", seen.row("LEGACY_JWT_SECRET"));
    let seen = read(&[("LOG_LEVEL", "warn")], "log_level=debug\n");
    assert!(seen.row("LOG_LEVEL").contains("warn"), "{}", seen.row("LOG_LEVEL"));
}

#[test]
fn the_environment_wins_over_the_file_and_empty_is_not_set() {
    let dotenv = format!("{GOOD}GATEWAY_LISTEN=127.0.0.1:1\nLOG_FORMAT=\n");
    let (_, config) = read(&[("GATEWAY_LISTEN", "127.0.0.1:2")], &dotenv).good();
    assert_eq!(config.listen.public.port(), 2);
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn every_value_tells_where_it_came_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef\n").expect("written");
    let closed = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    std::fs::set_permissions(&file, closed).expect("closed");
    let file = file.to_str().expect("UTF-8");
    let dotenv = "# mine\nDATABASE_URL=postgresql://u:hidden@localhost/app\n\nJWT_SECRET=0123456789abcdef0123456789abcdef\n";
    let seen = read(&[("LOG_LEVEL", "warn")], dotenv);
    for (setting, row) in [
        ("GATEWAY_LISTEN", "GATEWAY_LISTEN 127.0.0.1:8080 default"),
        ("LOG_LEVEL", "LOG_LEVEL warn environment"),
        ("DATABASE_URL", "DATABASE_URL u@localhost:5432/app sslmode=disable .env line 2"),
        (
            "DIRECT_DATABASE_URL",
            "DIRECT_DATABASE_URL u@localhost:5432/app sslmode=disable derived from DATABASE_URL",
        ),
        ("LEGACY_JWT_SECRET", "LEGACY_JWT_SECRET <secret> .env line 4 (alias JWT_SECRET)"),
        ("LEGACY_URL", "LEGACY_URL not set"),
        ("PGHOST", ""),
    ] {
        assert_eq!(seen.row(setting), row);
    }
    let seen = read(&[("SECRET_KEY_FILE", file)], GOOD);
    let row = format!("LEGACY_JWT_SECRET <secret> file {file} (SECRET_KEY_FILE)");
    assert_eq!((seen.row("LEGACY_JWT_SECRET"), seen.mistakes.as_str()), (row, ""));
    assert_eq!(seen.warnings, "", "a group may read a secret");
    let local = read(&[("ENVIRONMENT", "local")], "");
    assert_eq!(local.row("LOG_FORMAT"), "LOG_FORMAT text default");
    assert!(local.config.expect("development").database.url.is_none());
}

#[test]
fn of_two_names_with_two_values_the_first_documented_holds_and_both_are_told() {
    let seen = read(&[], &format!("JWT_SECRET=fedcba9876543210fedcba9876543210\n{GOOD}"));
    assert_eq!(
        seen.warnings,
        "JWT_SECRET: `SECRET_KEY` has another value, and both set LEGACY_JWT_SECRET: `JWT_SECRET` is ignored\n\
         help: remove the one that is wrong"
    );
    let secret = seen.shared.jwt_secret.expect("read").expect("set");
    assert_eq!(secret.expose(), "0123456789abcdef0123456789abcdef");
    // Equal, or in a place that wins: nothing to tell.
    read(&[("JWT_SECRET", "fedcba9876543210fedcba9876543210")], GOOD).good();
    read(&[], &format!("{GOOD}JWT_SECRET=0123456789abcdef0123456789abcdef\n")).good();
}

#[test]
fn a_value_and_a_file_of_one_name_cannot_both_hold() {
    let seen = read(&[], &format!("{GOOD}SECRET_KEY_FILE=/run/secrets/key\n"));
    assert_eq!(
        seen.mistakes,
        "SECRET_KEY: is set, and `SECRET_KEY_FILE` beside it: which one is meant?\nhelp: remove one of the two"
    );
    read(&[("SECRET_KEY", "0123456789abcdef0123456789abcdef")], "SECRET_KEY_FILE=/run/x\n");
}

#[test]
fn a_secret_in_the_place_of_its_files_name_is_not_repeated() {
    for secret in ["hunter2hunter2hunter2hunter2hunter2", "/hunter2+hunter2", "hunter2/hunter2/hunter2"] {
        let seen = read(&[("SECRET_KEY_FILE", secret)], "");
        assert!(seen.mistakes.contains("SECRET_KEY_FILE: the file that it names cannot be read"), "{secret}");
        assert!(!seen.mistakes.contains("hunter2"), "{}", seen.mistakes);
    }
}

#[test]
fn only_a_variable_that_is_read_must_be_text() {
    let source = Source::of(&[("LESSOPEN", None), ("GATEWAY_LISTEN", None)], GOOD);
    let seen = read_source(&source);
    assert_eq!(seen.mistakes, "GATEWAY_LISTEN: is not UTF-8 text\nhelp: write it as UTF-8");
}

#[test]
fn a_name_that_is_nearly_known_is_told_with_the_one_that_is_meant() {
    let seen =
        read(&[("GATEWAY_LISTN", "x"), ("GATEWAY_KEYS_DIRS", "x"), ("GATEWAY_LISTEN_FILE", "x")], GOOD);
    for (written, meant) in [
        ("GATEWAY_LISTN", "GATEWAY_LISTEN"),
        ("GATEWAY_KEYS_DIRS", "GATEWAY_KEYS_DIR"),
        ("GATEWAY_LISTEN_FILE", "GATEWAY_LISTEN"),
    ] {
        let told =
            format!("{written}: no setting has this name\nhelp: did you mean `{meant}`? remove it otherwise");
        assert!(seen.mistakes.contains(&told), "{told} in\n{}", seen.mistakes);
    }
}

#[test]
fn what_kubernetes_puts_into_a_pod_is_no_misspelt_name() {
    let links = [
        ("GATEWAY_SERVICE_HOST", "10.0.0.1"),
        ("GATEWAY_PORT", "tcp://10.0.0.1:8080"),
        ("GATEWAY_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("GATEWAY_ADMIN_SERVICE_HOST", "10.0.0.2"),
        ("GATEWAY_ADMIN_SERVICE_PORT_HTTP", "9090"),
    ];
    read(&links, GOOD).good();
    let seen = read(&links, &format!("{GOOD}GATEWAY_PORT=80\n"));
    assert!(seen.mistakes.starts_with("GATEWAY_PORT: no setting has this name\n"), "{}", seen.mistakes);
    let seen = read(&links[1..3], GOOD);
    assert_eq!(seen.mistakes.matches(": no setting has this name\n").count(), 2, "{}", seen.mistakes);
}

#[test]
fn an_open_key_file_is_told_with_the_way_to_close_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef").expect("written");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&file, open).expect("open");
    let file = file.to_str().expect("UTF-8");
    let seen =
        read(&[("SECRET_KEY_FILE", file), ("SECRET_KEY", "")], &GOOD.replace("SECRET_KEY", "UNRELATED"));
    let told = format!(
        "{file}: every user of this machine may open it (mode 0644), and with it forge tokens, read data or pass for this server\n\
         help: chmod 600 it; in Kubernetes set `defaultMode: 0400` on the secret's volume"
    );
    assert_eq!(seen.mistakes, told);
}

#[test]
fn only_systemd_separates_folders_by_colons() {
    for (variable, directory) in [("GATEWAY_RUN_DIR", "/run/a:b"), ("RUNTIME_DIRECTORY", "/run/a")] {
        let seen = read(&[(variable, "/run/a:b")], "ENVIRONMENT=local\n");
        let found = seen.config.expect("good").process.directory;
        assert_eq!(found.as_deref(), Some(Path::new(directory)), "{variable}");
    }
}
