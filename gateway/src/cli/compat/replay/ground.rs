//! What a run needs before the first request: the order, the passwords, the hooks.

use std::path::Path;

use super::{Failure, Manner, run::Play};
use crate::{
    cli::{compat::given, tell},
    parity::{
        exchange::Exchange,
        recording::Recording,
        redaction::Key,
        replay::{credentials, graph::Graph, play::Options, state::Hooks},
        rules::Rules,
        wire::dial::Target,
    },
};

pub(in crate::cli::compat) struct Ground<'a> {
    pub(in crate::cli::compat) graph: Graph,
    manner: &'a Manner,
    options: Options,
    hooks: Hooks,
    credentials: Vec<String>,
    /// That of the recording is forgotten. What all runs from here say alike is replaced alike.
    key: Key,
}

impl<'a> Ground<'a> {
    /// Tells what cannot be asked, and for whom credentials are given without need.
    pub(in crate::cli::compat) fn lay(
        recording: &Recording,
        rules: &Rules,
        manner: &'a Manner,
        target: &Target,
        chosen: &dyn Fn(&Exchange) -> bool,
    ) -> Result<Self, Failure> {
        let graph = Graph::of(&recording.exchanges, manner.order, chosen);
        for id in &graph.lost {
            tell(&format!("exchange {id} is not asked: its body was not kept"));
        }
        let (hooks, credentials) = (given::hooks(rules)?, given::credentials(rules)?);
        let (replaced, missed) = credentials::replaced(&recording.exchanges, &graph, &credentials);
        for user in missed {
            tell(&format!("[credentials] `{user}`: nothing in the recording is theirs"));
        }
        let credentials = credentials.into_iter().map(|(user, _)| user).collect();
        Ok(Self {
            graph,
            manner,
            options: manner.options(target, replaced),
            hooks,
            credentials,
            key: Key::random(),
        })
    }

    /// May be done again and again: the state is brought back each time.
    pub(in crate::cli::compat) fn play(
        &self,
        recording: &Recording,
        out: Option<&Path>,
    ) -> Result<Vec<Exchange>, Failure> {
        let play = Play {
            recording,
            graph: &self.graph,
            options: &self.options,
            order: self.manner.order,
            hooks: &self.hooks,
            credentials: self.credentials.clone(),
            key: &self.key,
            out,
        };
        play.run()
    }
}
