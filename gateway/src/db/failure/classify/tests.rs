//! One row for each code and text that was seen of PostgreSQL, PgBouncer and Neon.

use super::*;

const SEEN: [(&str, &str, Meaning); 61] = [
    ("40001", "could not serialize access due to concurrent update", Conflict),
    ("40001", "canceling statement due to conflict with recovery", Conflict),
    ("40P01", "deadlock detected", Conflict),
    ("40003", "statement completion unknown", Unavailable),
    ("28P01", "password authentication failed for user \"u\"", Credentials),
    ("28000", "no pg_hba.conf entry for host", Credentials),
    ("3D000", "database \"nothing\" does not exist", Credentials),
    ("08000", "connection exception", Unavailable),
    ("08003", "connection does not exist", Unavailable),
    ("08006", "connection failure", Unavailable),
    ("57014", "canceling statement due to statement timeout", Unavailable),
    ("57P01", "terminating connection due to administrator command", Unavailable),
    ("57P02", "terminating connection because of crash of another server process", Unavailable),
    ("57P03", "the database system is starting up", Unavailable),
    ("57P04", "terminating connection due to database drop", Unavailable),
    ("57P05", "terminating connection due to idle-session timeout", Unavailable),
    ("53100", "could not extend file: No space left on device", Unavailable),
    ("53200", "out of memory", Unavailable),
    ("53300", "sorry, too many clients already", Unavailable),
    ("53300", "too many connections for role \"u\"", Unavailable),
    ("55P03", "canceling statement due to lock timeout", Unavailable),
    ("55006", "database is being accessed by other users", Unavailable),
    ("25006", "cannot execute UPDATE in a read-only transaction", Unavailable),
    ("25P03", "terminating connection due to idle-in-transaction timeout", Unavailable),
    ("25P04", "terminating connection due to transaction timeout", Unavailable),
    ("58030", "could not read block", Unavailable),
    ("F0000", "configuration file error", Unavailable),
    ("HV00N", "could not connect to server", Unavailable),
    ("72000", "snapshot too old", Unavailable),
    ("23505", "duplicate key value violates unique constraint", Ours),
    ("23503", "violates foreign key constraint", Ours),
    ("42P01", "relation \"tasks\" does not exist", Ours),
    ("42501", "permission denied for table tasks", Ours),
    ("42P05", "prepared statement \"s0\" already exists", Ours),
    ("22003", "integer out of range", Ours),
    ("26000", "prepared statement \"s1\" does not exist", Ours),
    ("25P02", "current transaction is aborted", Ours),
    ("0A000", "cached plan must not change result type", Ours),
    ("P0001", "raised by a trigger", Ours),
    ("XX000", "Couldn't connect to compute node", Unavailable),
    ("XX000", "Control plane request failed", Unavailable),
    ("XX000", "Control plane request failed: endpoint cannot be found", Credentials),
    ("XX000", "Control plane request failed: endpoint is disabled", Credentials),
    (
        "XX000",
        "endpoint is temporarily unavailable. Check your quotas and/or contact our support.",
        Unavailable,
    ),
    ("XX000", "Your account or project has exceeded the compute time quota. Upgrade your plan", Quota),
    (
        "XX000",
        "Failed to acquire permit to connect to the database. Too many database connection",
        Unavailable,
    ),
    ("XX000", "Too many connections to this endpoint. Please try again later.", Unavailable),
    ("XX000", "Authentication timed out", Unavailable),
    ("XX000", "connection is insecure (try using `sslmode=require`)", Credentials),
    ("XX000", "Endpoint ID is not specified. Either please upgrade the postgres client", Credentials),
    ("XX000", "Inconsistent project name inferred from SNI ('a') and project option ('b').", Credentials),
    ("XX000", "This IP address 192.0.2.1 is not allowed to connect to this endpoint.", Credentials),
    ("XX000", "password authentication failed for user 'u'", Credentials),
    ("XX000", "cache lookup failed for relation 16384", Ours),
    ("08P01", "SASL authentication failed", Credentials),
    ("08P01", "unsupported startup parameter in options: statement_timeout", Credentials),
    ("08P01", "query_wait_timeout", Unavailable),
    ("08P01", "server conn crashed?", Unavailable),
    (
        "08P01",
        "server login has been failing, cached error: connect failed (server_login_retry)",
        Unavailable,
    ),
    ("08P01", "server login has been failing, cached error: password authentication failed", Credentials),
    ("08P01", "bind message supplies 1 parameters, but prepared statement \"\" requires 2", Ours),
];

#[test]
fn what_was_seen_means_what_the_table_says() {
    for (state, text, expected) in SEEN {
        assert_eq!(answered_with(state, text), expected, "{state} {text}");
    }
}

#[test]
fn no_row_of_the_tables_is_hidden_by_one_before_it() {
    for (at, (begin, _)) in STATES.iter().enumerate() {
        let hides = STATES[..at].iter().find(|(before, _)| begin.starts_with(before));
        assert!(hides.is_none(), "{begin} is hidden by {hides:?}");
        assert!(SEEN.iter().any(|(state, ..)| state.starts_with(begin)), "{begin} was never seen");
    }
    for (at, (part, meaning)) in TEXTS.iter().enumerate() {
        let same = TEXTS[..at].iter().any(|(before, other)| part.contains(before) && meaning != other);
        assert!(!same && part.to_lowercase() == **part, "{part}");
    }
}
