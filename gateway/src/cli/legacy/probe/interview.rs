//! Asks the questions, and shows on a terminal which one it is.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::Builder;

use super::Stopped;
use crate::legacy::{
    address::LegacyAddress,
    probe::{Given, Heard, Known, Question, ask},
};

pub(in crate::cli) fn hold(
    address: &LegacyAddress,
    known: &Known<'_>,
    given: &Given<'_>,
) -> Result<Heard, Stopped> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stopped::Away(format!("the runtime does not start: {error}")))?;
    let bar = bar();
    let watch = |question: &Question, number: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(number as u64);
        bar.set_message(question.to_string());
    };
    let heard = runtime.block_on(ask(address, known, given, &watch));
    bar.finish_and_clear();
    heard.map_err(|unreachable| Stopped::Away(unreachable.to_string()))
}

fn bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
