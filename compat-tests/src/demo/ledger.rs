//! Joins what clients received with what the log says about it, by request id.
//!
//! An answer counts for an owner only when both sides are there: the client has it, and its log line names the owner.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::watch;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    generation: AtomicU64,
    pages: Mutex<Pages>,
    /// Per owner: how many answers, and the highest generation in which one of them was asked for.
    owners: watch::Sender<Owners>,
}

pub(super) type Owners = HashMap<String, Tally>;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) answers: u64,
    pub(super) generation: u64,
}

#[derive(Debug, Default)]
struct Pages {
    answered: HashMap<String, u64>,
    logged: HashMap<String, String>,
}

impl Ledger {
    /// Requests that begin from now on belong to a new generation.
    pub(super) fn advance(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// A client has the answer to a request that it began in this generation.
    pub(super) fn answered(&self, request_id: &str, generation: u64) {
        let mut pages = self.pages.lock();
        match pages.logged.remove(request_id) {
            Some(owner) => self.join(owner, generation),
            None => drop(pages.answered.insert(request_id.to_owned(), generation)),
        }
    }

    /// The log names the owner of an answer.
    pub(super) fn logged(&self, request_id: &str, owner: &str) {
        let mut pages = self.pages.lock();
        match pages.answered.remove(request_id) {
            Some(generation) => self.join(owner.to_owned(), generation),
            None => drop(pages.logged.insert(request_id.to_owned(), owner.to_owned())),
        }
    }

    pub(super) fn watch(&self) -> watch::Receiver<Owners> {
        self.owners.subscribe()
    }

    /// Answers whose log line has not come.
    pub(super) fn unexplained(&self) -> usize {
        self.pages.lock().answered.len()
    }

    fn join(&self, owner: String, generation: u64) {
        self.owners.send_modify(|owners| {
            let tally = owners.entry(owner).or_default();
            tally.answers += 1;
            tally.generation = tally.generation.max(generation);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_when_both_sides_are_there() {
        let ledger = Ledger::default();
        let owners = ledger.watch();
        ledger.answered("a", 3);
        ledger.logged("b", "native");
        ledger.logged("never asked by us", "deny");
        assert!(owners.borrow().is_empty());
        assert_eq!(ledger.unexplained(), 1);

        ledger.logged("a", "legacy");
        ledger.answered("b", 2);
        ledger.answered("c", 1);
        ledger.logged("c", "native");
        let expected = [
            ("legacy".to_owned(), Tally { answers: 1, generation: 3 }),
            ("native".to_owned(), Tally { answers: 2, generation: 2 }),
        ];
        assert_eq!(*owners.borrow(), HashMap::from(expected));
        assert_eq!(ledger.unexplained(), 0);
    }
}
