//! Statuses that another framework would have answered with.

use super::{Bench, Kind, Subject};

/// What is near enough to be mistaken for it.
const NEIGHBOURS: &[(u16, &[u16])] = &[
    (200, &[201, 204]),
    (201, &[200]),
    (202, &[200]),
    (204, &[200]),
    (303, &[302]),
    (307, &[308, 301]),
    (304, &[200]),
    (400, &[422]),
    (401, &[403]),
    (403, &[401, 404]),
    (404, &[400, 200]),
    (405, &[404]),
    (409, &[400]),
    (413, &[400]),
    (415, &[422]),
    (422, &[400]),
    (429, &[503]),
    (500, &[200, 502]),
];

pub(super) fn break_it(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let status = subject.live.status;
    let known = NEIGHBOURS.iter().find(|(known, _)| *known == status);
    // 101 is no status that a port gets wrong without its whole conversation.
    let others = known.map_or(&[][..], |(_, others)| others);
    for other in others {
        bench.lay(Kind::Status, &format!("status {other}"), || {
            let mut answered = subject.live.clone();
            answered.status = *other;
            answered
        });
    }
}
