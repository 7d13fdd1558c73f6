//! One run of a recording: hooks, requests, progress, and what is written of it.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::{Builder, Runtime};

use super::Failure;
use crate::{
    cli::tell,
    parity::{
        exchange::Exchange,
        recording::{Limits, Manifest, Origin, Recording, Redaction, Run, Unwritten, Writer},
        redaction::{Key, Redactor},
        replay::{
            graph::{Graph, Order},
            play::{Options, Stopped, play},
            state::{self, Hooks},
        },
    },
};

pub(in crate::cli::compat) struct Play<'a> {
    pub(in crate::cli::compat) recording: &'a Recording,
    pub(in crate::cli::compat) graph: &'a Graph,
    pub(in crate::cli::compat) options: &'a Options,
    pub(in crate::cli::compat) order: Order,
    pub(in crate::cli::compat) hooks: &'a Hooks,
    /// For whom real credentials are sent.
    pub(in crate::cli::compat) credentials: Vec<String>,
    pub(in crate::cli::compat) key: &'a Key,
    pub(in crate::cli::compat) out: Option<&'a Path>,
}

/// Whom every exchange of a run passes on its way to memory and disk.
struct Keeper {
    redactor: Redactor,
    writer: Option<Writer>,
    unwritten: Option<Unwritten>,
    heard: Vec<Exchange>,
}

impl Play<'_> {
    /// What was heard, by number, redacted as the recording is: nothing else is judged, written or shown.
    pub(in crate::cli::compat) fn run(&self) -> Result<Vec<Exchange>, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
        let mut keeper = self.keeper()?;
        if let Some(reset) = &self.hooks.reset {
            runtime.block_on(state::reset(reset))?;
        }
        let ended = self.ask(&runtime, &mut keeper);
        let stored = match &ended {
            Ok(()) => self.stored(&runtime, &mut keeper),
            Err(_) => Ok(()),
        };
        let heard = keeper.close()?;
        if let (Err(_), Some(out)) = (&ended, self.out) {
            tell(&format!("{}: what was heard until then", out.display()));
        }
        ended?;
        stored?;
        Ok(heard)
    }

    fn keeper(&self) -> Result<Keeper, Failure> {
        let manifest = self.recording.manifest.as_ref();
        let policy = manifest.map_or_else(Redaction::default, |manifest| manifest.redaction.clone()).policy();
        let mut manifest = Manifest::new(Origin::Run, micros_now(), &policy);
        manifest.run = Some(Run {
            of: self.recording.fingerprint.clone(),
            target: self.options.target.to_string(),
            order: self.order.to_string(),
            jobs: self.options.jobs,
            credentials: self.credentials.clone(),
        });
        let writer = self.out.map(|out| Writer::create(out, &manifest, Limits::default())).transpose()?;
        Ok(Keeper {
            redactor: Redactor::new(&policy, self.key.clone()),
            writer,
            unwritten: None,
            heard: Vec::new(),
        })
    }

    fn ask(&self, runtime: &Runtime, keeper: &mut Keeper) -> Result<(), Stopped> {
        let bar = bar(self.graph.steps.len());
        let mut keep = |exchange: Exchange| {
            bar.inc(1);
            bar.set_message(exchange.route.clone());
            keeper.keep(exchange);
        };
        let interrupt = async {
            // Without a handler the signal ends the process, which is what it is for.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let ended =
            runtime.block_on(play(&self.recording.exchanges, self.graph, self.options, &mut keep, interrupt));
        bar.finish_and_clear();
        ended
    }

    fn stored(&self, runtime: &Runtime, keeper: &mut Keeper) -> Result<(), Failure> {
        let (Some(database), false) = (&self.hooks.database, self.hooks.fingerprint.is_empty()) else {
            return Ok(());
        };
        let tables = state::fingerprint(database, &self.hooks.fingerprint, state::FIRST);
        runtime.block_on(tables)?.into_iter().for_each(|table| keeper.keep(table));
        Ok(())
    }
}

impl Keeper {
    fn keep(&mut self, mut exchange: Exchange) {
        self.redactor.redact(&mut exchange);
        if let Some(writer) = &mut self.writer
            && let Err(error) = writer.write(&exchange)
        {
            self.unwritten.get_or_insert(error);
        }
        self.heard.push(exchange);
    }

    fn close(mut self) -> Result<Vec<Exchange>, Failure> {
        if let Some(writer) = self.writer {
            writer.finish(micros_now())?;
        }
        if let Some(unwritten) = self.unwritten {
            return Err(unwritten.into());
        }
        self.heard.sort_by_key(|exchange| exchange.id);
        Ok(self.heard)
    }
}

fn micros_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_micros()).unwrap_or(u64::MAX))
}

fn bar(length: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {per_sec} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
