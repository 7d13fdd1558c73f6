//! Asks every exchange of a graph once those that it waits for have ended, many at a time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    admission::{Admission, Refused},
    course::Course,
    graph::Graph,
    instants::Clock,
    send::{Away, Heard, Line, since_1970},
    values::{Sent, Values},
};
use crate::parity::{
    exchange::{Blocked, Exchange, Outcome},
    wire::dial::Target,
};

pub struct Options {
    pub target: Target,
    /// What `Host` says instead of the recorded one.
    pub host: Option<String>,
    pub jobs: usize,
    pub pace: Pace,
    /// For the whole of one exchange.
    pub limit: Duration,
    /// Recorded secrets for which a person gave the real ones.
    pub replaced: HashMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pace {
    #[default]
    Max,
    /// No earlier after the first than it was then.
    Recorded,
    /// So many a second begin.
    Rate(f64),
}

/// How a run ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error("{target} cannot be reached after {done} of {of} exchanges")]
    Away { target: Target, done: usize, of: usize, source: io::Error },
    #[error("interrupted after {done} of {of} exchanges")]
    Interrupted { done: usize, of: usize },
}

/// Hands over each exchange as it ends, so that what was heard is kept however the run ends.
pub async fn play(
    recorded: &[Exchange],
    graph: &Graph,
    options: &Options,
    heard: &mut dyn FnMut(Exchange),
    interrupt: impl Future<Output = ()>,
) -> Result<(), Stopped> {
    let recorded = recorded.iter().map(|exchange| (exchange.id, exchange)).collect();
    let line = Line::new(options.target.clone(), options.host.clone(), options.limit);
    let mut run = Run::new(graph, recorded, options, line);
    let mut interrupt = std::pin::pin!(interrupt);
    let of = graph.steps.len();
    loop {
        let next = run.begin_all(heard);
        if run.under_way.is_empty() && next.is_none() {
            return Ok(());
        }
        tokio::select! {
            ended = run.under_way.join_next(), if !run.under_way.is_empty() => match ended {
                Some(Ok((Asked::Recorded(id), Ok(answer)))) => run.end(id, answer, heard),
                Some(Ok((Asked::LogIn(id), Ok(answer)))) => run.renew(id, &answer, heard),
                Some(Ok((_, Err(Away(source))))) => {
                    return Err(Stopped::Away { target: options.target.clone(), done: run.done, of, source });
                }
                Some(Err(panicked)) => std::panic::resume_unwind(panicked.into_panic()),
                None => {}
            },
            () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            () = &mut interrupt => return Err(Stopped::Interrupted { done: run.done, of }),
        }
    }
}

struct Run<'a> {
    graph: &'a Graph,
    recorded: BTreeMap<u64, &'a Exchange>,
    options: &'a Options,
    line: Arc<Line>,
    values: Values,
    admission: Admission,
    /// How many each still waits for.
    missing: BTreeMap<u64, usize>,
    waiting: HashMap<u64, Vec<u64>>,
    ready: BTreeSet<u64>,
    under_way: JoinSet<(Asked, Result<Heard, Away>)>,
    began: Instant,
    begun: u32,
    done: usize,
}

/// Why a request is under way.
enum Asked {
    Recorded(u64),
    /// Once more, for what it gives.
    LogIn(u64),
}

impl<'a> Run<'a> {
    fn new(
        graph: &'a Graph,
        recorded: BTreeMap<u64, &'a Exchange>,
        options: &'a Options,
        line: Arc<Line>,
    ) -> Self {
        let mut waiting: HashMap<u64, Vec<u64>> = HashMap::new();
        for (id, step) in &graph.steps {
            for other in &step.waits_for {
                waiting.entry(*other).or_default().push(*id);
            }
        }
        let missing: BTreeMap<_, _> =
            graph.steps.iter().map(|(id, step)| (*id, step.waits_for.len())).collect();
        let ready = missing.iter().filter(|(_, missing)| **missing == 0).map(|(id, _)| *id).collect();
        let clock = Clock::of(recorded.values().copied(), Some(since_1970(SystemTime::now())));
        Self {
            admission: Admission::of(&recorded, graph),
            values: Values::new(graph, options.replaced.clone(), clock),
            graph,
            recorded,
            options,
            line,
            missing,
            waiting,
            ready,
            under_way: JoinSet::new(),
            began: Instant::now(),
            begun: 0,
            done: 0,
        }
    }

    /// Begins what may begin now; says when to look again if the pace holds something back.
    fn begin_all(&mut self, heard: &mut dyn FnMut(Exchange)) -> Option<Instant> {
        while let Some(id) = self.ready.first().copied().filter(|_| self.under_way.len() < self.options.jobs)
        {
            let recorded = self.recorded[&id];
            let due = self.due(recorded);
            if due.is_some_and(|due| due > Instant::now()) {
                return due;
            }
            self.ready.remove(&id);
            let step = &self.graph.steps[&id];
            match self.values.ask(recorded, &step.needs) {
                Ok(sent) => {
                    self.begun += 1;
                    self.send(Asked::Recorded(id), sent);
                }
                Err(blocked) => self.block(id, blocked, heard),
            }
        }
        None
    }

    fn send(&mut self, asked: Asked, sent: Sent) {
        let (Asked::Recorded(id) | Asked::LogIn(id)) = asked;
        let line = Arc::clone(&self.line);
        let course = Course::of(self.recorded[&id]);
        self.under_way.spawn(async move { (asked, line.ask(sent, &course).await) });
    }

    fn block(&mut self, id: u64, blocked: Blocked, heard: &mut dyn FnMut(Exchange)) {
        self.values.block(id, blocked.clone());
        let outcome = Outcome::Blocked(blocked);
        heard(Exchange { first_byte: None, took: 0, outcome, ..self.recorded[&id].clone() });
        self.release(id);
    }

    fn due(&self, recorded: &Exchange) -> Option<Instant> {
        let first = self.recorded.values().next().map_or(0, |first| first.began);
        match self.options.pace {
            Pace::Max => None,
            Pace::Recorded => Some(self.began + Duration::from_micros(recorded.began.saturating_sub(first))),
            Pace::Rate(rate) => Some(self.began + Duration::from_secs_f64(f64::from(self.begun) / rate)),
        }
    }

    fn end(&mut self, id: u64, answer: Heard, heard: &mut dyn FnMut(Exchange)) {
        let recorded = self.recorded[&id];
        match self.admission.hears(recorded, &answer.outcome) {
            Some(Refused::Blocked(blocked)) => return self.block(id, blocked, heard),
            Some(Refused::Waits) => return,
            Some(Refused::LogIn(login)) => return self.log_in(login, heard),
            Some(Refused::AskAgain) => {
                self.ready.insert(id);
                return;
            }
            Some(Refused::Different) | None => {}
        }
        self.values.heard(recorded, &answer.outcome);
        heard(Exchange {
            began: answer.began,
            first_byte: answer.first_byte,
            took: answer.took,
            request: answer.request,
            outcome: answer.outcome,
            owner: String::new(),
            redacted: Vec::new(),
            ..recorded.clone()
        });
        self.release(id);
    }

    fn log_in(&mut self, login: u64, heard: &mut dyn FnMut(Exchange)) {
        let recorded = self.recorded[&login];
        match self.values.ask(recorded, &self.graph.steps[&login].needs) {
            Ok(sent) => self.send(Asked::LogIn(login), sent),
            Err(_) => self.let_in(login, false, heard),
        }
    }

    fn renew(&mut self, login: u64, answer: &Heard, heard: &mut dyn FnMut(Exchange)) {
        let places = self.admission.places_of(login);
        let is_renewed = self.values.renewed(self.recorded[&login], &answer.outcome, &places);
        self.let_in(login, is_renewed, heard);
    }

    /// Those that waited for a login are asked again, or are blocked by it.
    fn let_in(&mut self, login: u64, is_renewed: bool, heard: &mut dyn FnMut(Exchange)) {
        for id in self.admission.renewed(login) {
            match self.admission.cause(id).filter(|_| !is_renewed) {
                Some(cause) => self.block(id, cause, heard),
                None => drop(self.ready.insert(id)),
            }
        }
    }

    fn release(&mut self, id: u64) {
        self.done += 1;
        for other in self.waiting.remove(&id).unwrap_or_default() {
            if let Some(missing) = self.missing.get_mut(&other) {
                *missing -= 1;
                if *missing == 0 {
                    self.ready.insert(other);
                }
            }
        }
    }
}
