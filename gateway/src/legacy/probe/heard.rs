//! Everything that was asked in one probe, and what came back.

use super::{Answer, Document, Ground, Question, Silence, Topic, Unreachable, wire};
use crate::legacy::{address::LegacyAddress, trust::LegacyTrust};

#[derive(Debug, Default)]
pub struct Heard {
    exchanges: Vec<(Question, Result<Answer, Silence>)>,
    pub ground: Ground,
    /// As the legacy serves it.
    pub document: Option<Document>,
    /// Questions without an answer in a row.
    silent: usize,
}

/// As many in a row, and it is not worth waiting for the next.
const GIVEN_UP: usize = 3;

impl Heard {
    /// The first question must be answered; of the later ones some may not be.
    pub(super) async fn ask(
        &mut self,
        address: &LegacyAddress,
        trust: &LegacyTrust,
        question: Question,
    ) -> Result<(), Unreachable> {
        let answer = wire::ask(address, trust, &question).await;
        self.silent = if answer.is_ok() { 0 } else { self.silent + 1 };
        match answer {
            Err(silence) if self.exchanges.is_empty() || self.silent >= GIVEN_UP => {
                Err(Unreachable { address: address.clone(), silence })
            }
            answer => {
                self.exchanges.push((question, answer));
                Ok(())
            }
        }
    }

    /// Whether something that may change the legacy was not refused there: the next might change it once more.
    pub(super) fn has_let_in(&self, question: &Question) -> bool {
        let is_the_same =
            |asked: &Question| (&asked.method, &asked.target) == (&question.method, &question.target);
        let is_refused = |answer: &Result<Answer, Silence>| answer.as_ref().is_ok_and(Answer::is_refusal);
        !question.method.is_safe()
            && self.exchanges.iter().any(|(asked, answer)| is_the_same(asked) && !is_refused(answer))
    }

    pub fn count(&self) -> usize {
        self.exchanges.len()
    }

    /// The question and its answer, if it was asked and answered.
    pub fn of(&self, topic: Topic) -> Option<(&Question, &Answer)> {
        self.every(topic).next()
    }

    pub fn answer(&self, topic: Topic) -> Option<&Answer> {
        self.of(topic).map(|(_, answer)| answer)
    }

    pub fn every(&self, topic: Topic) -> impl Iterator<Item = (&Question, &Answer)> {
        let asked = self.exchanges.iter().filter(move |(question, _)| question.topic == topic);
        asked.filter_map(|(question, answer)| Some((question, answer.as_ref().ok()?)))
    }

    /// Questions that got no answer.
    pub fn silences(&self) -> impl Iterator<Item = (&Question, &Silence)> {
        self.exchanges.iter().filter_map(|(question, answer)| Some((question, answer.as_ref().err()?)))
    }

    pub(super) fn nowhere(&self) -> String {
        self.exchanges.first().map(|(question, _)| question.target.clone()).unwrap_or_default()
    }

    pub(super) fn served_document(&self) -> Option<serde_json::Value> {
        let answer = self.answer(Topic::Document).filter(|answer| answer.status == 200)?;
        answer.json().filter(|document| document.get("openapi").is_some())
    }
}
