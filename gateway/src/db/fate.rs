//! What became of a transaction whose COMMIT was not answered with success: rolled back, or not known.

use tokio_postgres::error::{Severity, SqlState};

use super::DatabaseFailure;

/// Only a server that is still there and says so has rolled back; everything else may have been stored.
///
/// A server that goes down, or a pooler that has lost its server, answers with an error as well.
pub(super) fn is_known_rollback(failure: &DatabaseFailure) -> bool {
    let (DatabaseFailure::Statement(error) | DatabaseFailure::Unique { source: error, .. }) = failure else {
        return false;
    };
    error.as_db_error().is_some_and(|answer| rolls_back(answer.parsed_severity(), answer.code()))
}

fn rolls_back(severity: Option<Severity>, code: &SqlState) -> bool {
    if *code == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN {
        return false;
    }
    match code.code().get(..2) {
        Some("23" | "40") => true,
        Some("08" | "57" | "58" | "XX") => false,
        _ => severity == Some(Severity::Error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_of_a_server_at_work_is_a_rollback() {
        for (severity, code, expected) in [
            (Some(Severity::Error), "23505", true),
            (None, "23503", true),
            (Some(Severity::Error), "40001", true),
            (Some(Severity::Error), "40P01", true),
            (Some(Severity::Error), "40003", false),
            (Some(Severity::Error), "P0001", true),
            (Some(Severity::Error), "57014", false),
            (Some(Severity::Fatal), "57P01", false),
            (Some(Severity::Error), "08P01", false),
            (Some(Severity::Fatal), "08006", false),
            (Some(Severity::Error), "58030", false),
            (Some(Severity::Panic), "53100", false),
            (Some(Severity::Error), "XX000", false),
            (None, "P0001", false),
        ] {
            assert_eq!(rolls_back(severity, &SqlState::from_code(code)), expected, "{code}");
        }
    }
}
