//! What a person sees while a schema is changed: a line of movement on a terminal, and one line for each step's end.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use parking_lot::Mutex;

use crate::{
    cli::tell,
    migrate::{
        file::{Direction, Migration},
        watch::Event,
    },
};

pub(crate) struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    tells_ends: bool,
    /// Said once, however often it is asked.
    has_waited: Mutex<bool>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let is_terminal = io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { bar, is_terminal, tells_ends: true, has_waited: Mutex::new(false) }
    }

    /// For steps that are no change of anybody's database.
    pub(crate) fn of_trials() -> Self {
        Self { tells_ends: false, ..Self::new() }
    }

    pub(crate) fn see(&self, event: Event<'_>) {
        match event {
            Event::Waiting(holder) => {
                if !std::mem::replace(&mut *self.has_waited.lock(), true) {
                    let holder = holder.map_or_else(String::new, |holder| format!(": {holder} has it"));
                    self.say(&format!("waiting for the lock{holder}"));
                }
            }
            Event::GoingBack(due) => {
                if self.tells_ends && !due.is_empty() {
                    let stems: Vec<_> = due.iter().map(|migration| migration.stem()).collect();
                    self.say(&format!("to be taken back: {}", stems.join(", ")));
                }
            }
            Event::Began { migration, direction } => {
                if self.is_terminal {
                    self.bar.reset();
                    self.bar.set_message(format!("{} {}", migration.stem(), direction.name()));
                    // Nothing is drawn for what ends sooner.
                    self.bar.enable_steady_tick(Duration::from_secs(1));
                }
            }
            Event::Statement { migration, number, of } => {
                self.bar.set_message(format!("{} statement {number} of {of}", migration.stem()));
            }
            Event::Retrying { migration, after } => self.retrying(migration, after),
            Event::Ended { migration, direction, took } => self.ended(migration, direction, took),
        }
    }

    fn retrying(&self, migration: &Migration, after: Duration) {
        let seconds = after.as_secs_f64();
        self.say(&format!(
            "{}: a table is in use; rolled back, tried again in {seconds:.1} s",
            migration.stem()
        ));
    }

    fn ended(&self, migration: &Migration, direction: Direction, took: Duration) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
        let done = match direction {
            Direction::Up => "applied",
            Direction::Down => "taken back",
        };
        if !self.tells_ends {
            return;
        }
        self.say(&format!("{} {done} in {:.1} s", migration.stem(), took.as_secs_f64()));
    }

    /// On standard error: standard output is the answer.
    fn say(&self, line: &str) {
        self.bar.suspend(|| tell(line));
    }
}
