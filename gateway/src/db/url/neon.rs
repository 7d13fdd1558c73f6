//! Neon's two names of one database: behind its pooler, and past it.

/// The name past the pooler, of a pooled one.
pub(super) fn direct(host: &str) -> Option<String> {
    let (endpoint, region) = host.split_once('.').filter(|(_, region)| is_neons(region))?;
    Some(format!("{}.{region}", endpoint.strip_suffix(POOLER)?))
}

/// The name behind the pooler, of a direct one.
pub(super) fn pooled(host: &str) -> Option<String> {
    let (endpoint, region) = host.split_once('.').filter(|(_, region)| is_neons(region))?;
    let is_direct = endpoint.starts_with("ep-") && !endpoint.ends_with(POOLER);
    is_direct.then(|| format!("{endpoint}{POOLER}.{region}"))
}

/// As Neon names them, and whoever followed its example.
pub(super) fn is_pooled(host: &str) -> bool {
    host.split('.').next().is_some_and(|label| label.ends_with(POOLER))
}

const POOLER: &str = "-pooler";

fn is_neons(region: &str) -> bool {
    region == "neon.tech" || region.ends_with(".neon.tech")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_gives_the_other_and_nothing_else_does() {
        for (direct_name, pooled_name) in [
            ("ep-cool-1.eu-central-1.aws.neon.tech", "ep-cool-1-pooler.eu-central-1.aws.neon.tech"),
            ("ep-x.c-8.us-east-1.aws.neon.tech", "ep-x-pooler.c-8.us-east-1.aws.neon.tech"),
        ] {
            assert_eq!(direct(pooled_name).as_deref(), Some(direct_name));
            assert_eq!(pooled(direct_name).as_deref(), Some(pooled_name));
            assert_eq!((direct(direct_name), pooled(pooled_name)), (None, None));
        }
        for other in ["x-pooler.example.com", "ep-x.evilneon.tech", "console.neon.tech", "localhost"] {
            assert_eq!((direct(other), pooled(other)), (None, None), "{other}");
        }
        for (name, expected) in [
            ("ep-cool-1-pooler.eu-central-1.aws.neon.tech", true),
            ("ep-cool-1.eu-central-1.aws.neon.tech", false),
            ("x-pooler.example.com", true),
            ("x.y-pooler.example.com", false),
        ] {
            assert_eq!(is_pooled(name), expected, "{name}");
        }
    }
}
