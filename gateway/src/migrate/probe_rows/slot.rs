//! The columns of a row that is being tried, each with its candidates; what a refusal names is tried differently.

/// Columns that get their values together: one alone, or those of a foreign key.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) columns: Vec<String>,
    /// Each as many expressions as there are columns.
    pub(super) candidates: Vec<Vec<String>>,
    pub(super) chosen: usize,
}

impl Slot {
    pub(super) fn values(&self) -> impl Iterator<Item = (&String, &String)> {
        self.columns.iter().zip(&self.candidates[self.chosen])
    }
}

/// The next combination of the slots that hold one of these columns, or of all when they hold none. False at the end.
pub(super) fn advance(slots: &mut [Slot], columns: &[String]) -> bool {
    let concerned = |slot: &Slot| slot.columns.iter().any(|column| columns.contains(column));
    let any = slots.iter().any(concerned);
    for slot in slots.iter_mut().filter(|slot| !any || concerned(slot)) {
        slot.chosen += 1;
        if slot.chosen < slot.candidates.len() {
            return true;
        }
        slot.chosen = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_what_was_refused_is_tried() {
        let slot = |name: &str, count: usize| Slot {
            columns: vec![name.to_owned()],
            candidates: (0..count).map(|number| vec![number.to_string()]).collect(),
            chosen: 0,
        };
        let mut slots = [slot("a", 2), slot("b", 3), slot("c", 2)];
        let refused = ["a".to_owned(), "c".to_owned()];
        let mut seen = Vec::new();
        loop {
            seen.push(slots.iter().map(|slot| slot.chosen).collect::<Vec<_>>());
            if !advance(&mut slots, &refused) {
                break;
            }
        }
        assert_eq!(seen, [[0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1]]);
    }
}
