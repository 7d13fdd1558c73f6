//! `gateway migrate new`: begins a migration with its two files.

use std::process::ExitCode;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use strum::VariantNames as _;

use super::Place;
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, report, tell},
    migrate::{
        header::{Phase, Reversible},
        new::{self, New, NewError},
    },
};

pub(super) const HELP: &str = "\
Examples:
  gateway migrate new add_priority
  gateway migrate new index_priority --no-transaction
  gateway migrate new drop_rank --phase contract --reversible archive

Exit codes: 0 both files are written, 2 no such name, 3 the folder cannot be written";

#[derive(Args)]
pub(super) struct NewArgs {
    /// What it does, in a-z, 0-9 and _
    name: String,
    /// Where in an expand and contract change it stands
    #[arg(long, default_value = "expand", value_parser = PossibleValuesParser::new(Phase::VARIANTS).try_map(|text| text.parse::<Phase>()))]
    phase: Phase,
    /// What taking it back costs
    #[arg(long, default_value = "lossless", value_parser = PossibleValuesParser::new(Reversible::VARIANTS).try_map(|text| text.parse::<Reversible>()))]
    reversible: Reversible,
    /// Run statement by statement, for what PostgreSQL refuses inside a transaction
    #[arg(long)]
    no_transaction: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(arguments: &NewArgs) -> ExitCode {
    let folder = match arguments.place.folder() {
        Ok(folder) => folder,
        Err(mistakes) => return report(&mistakes),
    };
    let new = New {
        name: &arguments.name,
        phase: arguments.phase,
        reversible: arguments.reversible,
        is_transactional: !arguments.no_transaction,
    };
    match new::create(&folder, &new) {
        Ok(paths) => {
            let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
            answer(&lines, FINE)
        }
        Err(error) => {
            tell(&error.to_string());
            ExitCode::from(match error {
                NewError::Name(_) | NewError::Taken(_) | NewError::Full => CONFIGURATION,
                NewError::Disk { .. } => ENVIRONMENT,
            })
        }
    }
}
