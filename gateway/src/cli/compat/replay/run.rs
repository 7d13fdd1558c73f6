//! One run of a recording: hooks, requests, progress, and what is written of it.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::Builder;

use super::Failure;
use crate::{
    cli::tell,
    parity::{
        exchange::Exchange,
        recording::{Limits, Manifest, Origin, Recording, Redaction, Run, Unwritten, Writer},
        redaction::{Key, Redactor},
        replay::{
            graph::{Graph, Order},
            play::{Options, play},
        },
    },
};

pub(in crate::cli::compat) struct Play<'a> {
    pub(in crate::cli::compat) recording: &'a Recording,
    pub(in crate::cli::compat) graph: &'a Graph,
    pub(in crate::cli::compat) options: &'a Options,
    pub(in crate::cli::compat) order: Order,
    pub(in crate::cli::compat) out: Option<&'a Path>,
}

impl Play<'_> {
    /// What was heard, by number, redacted as the recording is: nothing else is judged, written or shown.
    pub(in crate::cli::compat) fn run(&self) -> Result<Vec<Exchange>, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
        let began = micros_now();
        let redaction = self
            .recording
            .manifest
            .as_ref()
            .map_or_else(Redaction::default, |manifest| manifest.redaction.clone());
        let policy = redaction.policy();
        // The key of a recording is forgotten; one value is one pseudonym within this run.
        let mut redactor = Redactor::new(&policy, Key::random());
        let mut manifest = Manifest::new(Origin::Run, began, &policy);
        manifest.run = Some(self.described());
        let mut writer = self.out.map(|out| Writer::create(out, &manifest, Limits::default())).transpose()?;
        let bar = bar(self.graph.steps.len());
        let mut unwritten: Option<Unwritten> = None;
        let mut heard = Vec::new();
        let mut keep = |mut exchange: Exchange| {
            bar.inc(1);
            bar.set_message(exchange.route.clone());
            redactor.redact(&mut exchange);
            if let Some(writer) = &mut writer
                && let Err(error) = writer.write(&exchange)
            {
                unwritten.get_or_insert(error);
            }
            heard.push(exchange);
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
        if let Some(writer) = writer {
            writer.finish(micros_now())?;
        }
        if let Err(stopped) = ended {
            if let Some(out) = self.out {
                tell(&format!("{}: what was heard until then", out.display()));
            }
            return Err(stopped.into());
        }
        if let Some(unwritten) = unwritten {
            return Err(unwritten.into());
        }
        heard.sort_by_key(|exchange| exchange.id);
        Ok(heard)
    }

    fn described(&self) -> Run {
        Run {
            of: self.recording.fingerprint.clone(),
            target: self.options.target.to_string(),
            order: self.order.to_string(),
            jobs: self.options.jobs,
            credentials: Vec::new(),
        }
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
