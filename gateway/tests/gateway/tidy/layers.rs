//! Which room may know which: from the `use` lines and the paths in the code.

use super::{Source, sources};

/// What a room must not mention, and the reason to give.
struct Rule {
    room: &'static str,
    /// Files, or the beginnings of their paths.
    except: &'static [&'static str],
    forbidden: &'static [&'static str],
    reason: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        room: "gateway/src/native",
        except: &[],
        forbidden: &["pingora", "hyper", "hyper_util"],
        reason: "a native handler knows no server",
    },
    Rule {
        room: "gateway/src/native/",
        except: &[],
        forbidden: &[
            "crate::legacy",
            "crate::front",
            "crate::host",
            "crate::config",
            "crate::routes",
            "crate::admin",
            "crate::cli",
            "crate::telemetry",
            "crate::migrate",
            "crate::db::direct",
            "crate::db::url",
            "deadpool_postgres",
            "tokio_postgres::connect",
        ],
        reason: "a resource uses the unit of work, the principal, the contract and its own rooms",
    },
    Rule {
        room: "gateway/src/edge",
        except: &[],
        forbidden: &[
            "hyper",
            "pingora",
            "axum",
            "std::fs",
            "tokio::net",
            "crate::front",
            "crate::host",
            "crate::routes",
            "crate::contract",
            "crate::legacy",
            "crate::telemetry",
        ],
        reason: "the edge judges bytes by what it is given, and answers nothing",
    },
    Rule {
        room: "gateway/src/host",
        except: &[],
        forbidden: &[
            "crate::front",
            "crate::routes",
            "crate::auth",
            "crate::contract",
            "crate::legacy",
            "crate::native",
            "crate::db",
        ],
        reason: "the host serves whatever answers",
    },
    Rule {
        room: "gateway/src/legacy",
        except: &[],
        forbidden: &["axum", "tokio_postgres", "deadpool_postgres", "crate::db", "crate::native"],
        reason: "the proxied leg knows no SQL and no axum",
    },
    Rule {
        room: "gateway/src/routes",
        except: &[
            "gateway/src/routes/reload.rs",
            "gateway/src/routes/replace.rs",
            "gateway/src/routes/rewrite.rs",
            "gateway/src/routes/history/journal.rs",
            "gateway/src/routes/history/origin.rs",
            "gateway/src/routes/history/record.rs",
        ],
        forbidden: &["tokio", "std::fs", "std::net", "hyper", "notify"],
        reason: "deciding who answers does no I/O, but for reload, replace, rewrite and the history's disk",
    },
    Rule {
        room: "gateway/src/contract",
        except: &[],
        forbidden: &["tokio", "std::fs", "hyper", "crate::db", "crate::legacy", "crate::front"],
        reason: "the contract is rendered, it does nothing",
    },
    Rule {
        room: "gateway/src/migrate",
        except: &[],
        forbidden: &[
            "axum",
            "hyper",
            "hyper_util",
            "pingora",
            "pingora_core",
            "crate::admin",
            "crate::cli",
            "crate::front",
            "crate::host",
            "crate::legacy",
            "crate::native",
            "crate::routes",
        ],
        reason: "the schema is changed the same way by a command and by a server, and neither is known here",
    },
    Rule {
        room: "gateway/src/skeleton",
        except: &["gateway/src/skeleton/catalog/model.rs", "gateway/src/skeleton/rooms/model.rs"],
        forbidden: &[
            "tokio",
            "tokio_postgres",
            "std::fs",
            "hyper",
            "crate::config",
            "crate::native",
            "crate::cli",
        ],
        reason: "a skeleton is text made of texts",
    },
    Rule {
        room: "gateway/src/migrate/statement",
        except: &[],
        forbidden: &["tokio", "tokio_postgres", "std::fs", "crate::db"],
        reason: "what a statement does is read from its text",
    },
    Rule {
        room: "gateway/src/migrate/lint",
        except: &[],
        forbidden: &["tokio", "tokio_postgres", "std::fs", "crate::db"],
        reason: "lint asks no database, and its folder is read already",
    },
    Rule {
        room: "gateway/src/parity",
        except: &[
            "gateway/src/parity/capture",
            "gateway/src/parity/recording",
            "gateway/src/parity/replay",
            "gateway/src/parity/wire",
        ],
        forbidden: &[
            "tokio",
            "tokio_postgres",
            "axum",
            "hyper",
            "std::fs",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "ToSocketAddrs",
            "crate::front",
            "crate::native",
            "crate::legacy",
        ],
        reason: "two answers are compared the same wherever they come from",
    },
    Rule {
        room: "gateway/src/parity/capture",
        except: &[],
        forbidden: &[
            "tokio",
            "axum",
            "hyper",
            "std::fs::File",
            "crate::front",
            "crate::native",
            "crate::legacy",
            "crate::cli",
        ],
        reason: "what passes is kept by whoever carries it, and written by a thread that waits for nobody",
    },
    Rule {
        room: "gateway/src/parity/recording",
        except: &[],
        forbidden: &[
            "tokio",
            "tokio_postgres",
            "axum",
            "hyper",
            "std::net",
            "crate::front",
            "crate::native",
            "crate::legacy",
            "crate::cli",
        ],
        reason: "a recording is files, whoever writes or reads them",
    },
    Rule {
        room: "gateway/src",
        except: &["gateway/src/config/source.rs"],
        forbidden: &["std::env::var", "env::var"],
        reason: "only `config` reads the environment",
    },
];

/// Rooms of a native resource, by file name: what each leaves to the others.
const ROOMS: &[(&str, &[&str], &str)] = &[
    ("router.rs", &["tokio_postgres", "SELECT ", "INSERT ", "UPDATE ", "DELETE "], "a router has no SQL"),
    (
        "service.rs",
        &["axum", "http", "tokio_postgres", "SELECT ", "INSERT ", "UPDATE ", "DELETE "],
        "a service has no HTTP and no SQL",
    ),
    ("model.rs", &["axum", "http", "crate::auth"], "a model has no rules and no HTTP"),
];

/// Statements stand in `model.rs` files and in the stores of these rooms.
const SQL_ROOMS: &[&str] =
    &["gateway/src/auth/", "gateway/src/db/direct.rs", "gateway/src/migrate/", "gateway/src/parity/"];

const SQL: &[&str] = &["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ", "\"WITH "];

#[test]
fn no_room_knows_what_it_must_not_know() {
    let sources = sources();
    for rule in RULES {
        let mut seen = 0;
        for source in sources.iter().filter(|source| source.path.starts_with(rule.room)) {
            seen += 1;
            if rule.except.iter().any(|except| source.path.starts_with(except)) {
                continue;
            }
            for word in rule.forbidden {
                assert!(!mentions(source, word), "{} mentions {word}: {}", source.path, rule.reason);
            }
        }
        assert!(seen > 0, "there is no room {}", rule.room);
    }
}

#[test]
fn a_native_resource_has_three_rooms_and_each_its_own_work() {
    let sources = sources();
    for (name, forbidden, reason) in ROOMS {
        let rooms: Vec<_> = sources
            .iter()
            .filter(|source| source.path.starts_with("gateway/src/native/") && source.path.ends_with(name))
            .collect();
        assert!(!rooms.is_empty(), "there is no {name}");
        for source in rooms {
            for word in *forbidden {
                assert!(!mentions(source, word), "{} mentions {word}: {reason}", source.path);
            }
        }
    }
    // `tasks/router.rs` is a room, `tasks/model/request.rs` a part of one.
    let inside = sources.iter().filter_map(|source| source.path.strip_prefix("gateway/src/native/"));
    for (resource, file) in inside.filter_map(|path| path.split_once('/')) {
        let room = file.split_once('/').map_or(file.to_owned(), |(room, _)| format!("{room}.rs"));
        assert!(ROOMS.iter().any(|(name, ..)| *name == room), "{resource} has a fourth room: {file}");
    }
}

#[test]
fn no_rule_is_left_unwritten() {
    for source in sources().iter().filter(|source| source.path.starts_with("gateway/src/native/")) {
        let left = code(&source.text).find(|line| line.contains("unwritten("));
        assert!(left.is_none(), "{} has a route whose rule nobody has written: {left:?}", source.path);
    }
}

#[test]
fn sql_stands_where_rows_are_described() {
    let product =
        |source: &&Source| source.path.starts_with("gateway/src/") && !source.path.contains("/tests");
    for source in sources().iter().filter(product) {
        let allowed =
            source.path.ends_with("/model.rs") || SQL_ROOMS.iter().any(|room| source.path.starts_with(room));
        let found = SQL.iter().find(|word| code(&source.text).any(|line| line.contains(*word)));
        assert!(allowed || found.is_none(), "{} holds SQL ({found:?})", source.path);
    }
}

#[test]
fn status_codes_of_errors_stand_in_the_contract() {
    let words = [
        "StatusCode::UNAUTHORIZED",
        "StatusCode::BAD_GATEWAY",
        "StatusCode::UNPROCESSABLE_ENTITY",
        "\"detail\"",
    ];
    let outside = |source: &&Source| {
        // Redaction reads such words, and answers nobody.
        let reads = ["gateway/src/contract", "gateway/src/parity/redaction"];
        source.path.starts_with("gateway/src/") && !reads.iter().any(|room| source.path.starts_with(room))
    };
    for source in sources().iter().filter(outside) {
        for word in words {
            let code = source.text.split("#[cfg(test)]").next().unwrap_or("");
            assert!(!code.contains(word) || source.path.contains("/tests"), "{} decides {word}", source.path);
        }
    }
}

/// Whether the code, not a comment, names a crate, a module or a word.
fn mentions(source: &Source, word: &str) -> bool {
    let is_path =
        word.chars().all(|character| character.is_alphanumeric() || character == '_' || character == ':');
    code(&source.text).any(|line| {
        if !is_path {
            return line.contains(word);
        }
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let inside = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
            // A crate is named at the start of a path; a path of ours may be named in a group of imports.
            let starts = !inside(before) && (word.contains(':') || before != Some(':'));
            starts && !inside(after) && (word.contains(':') || line[at + word.len()..].starts_with("::"))
        }) || in_group(line, word, source)
    })
}

/// `use crate::{\n    legacy::…` names `crate::legacy` over two lines.
fn in_group(line: &str, word: &str, source: &Source) -> bool {
    let Some(module) = word.strip_prefix("crate::") else { return false };
    let line = line.trim_start();
    let grouped = source.text.contains("use crate::{");
    grouped && line.starts_with(&format!("{module}::")) && (line.ends_with(',') || line.ends_with('{'))
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}
