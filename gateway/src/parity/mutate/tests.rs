//! Every kind of break has an answer that it breaks, and none is the good answer again.

use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use super::{Breaker, Choice, Explained, Extent, Kind, Mutant, PLACES, Pair, Score};
use crate::parity::exchange::{
    Answered, Exchange, Outcome,
    content::{Body, Content, Piece},
    frame::{Frame, Side},
    sample,
};

const ITEM: &str = r#"{"id":7,"owner_id":8,"uuid":"9999411b-7547-487f-ae3d-c8be92c0dea6","name":"Tür","title":"Fenster","share":0.75,"open":true,"created_at":"2026-01-05T09:30:01.123456","due_at":"2026-01-05T09:30:01Z","tags":["a","b"]}"#;

fn exchange(id: u64, route: &str, answered: Answered) -> Exchange {
    let mut exchange = sample::exchange(id, route);
    (exchange.began, exchange.took) = (1_767_605_400_000_000, 2_000_000);
    "/".clone_into(&mut exchange.request.target);
    Exchange { outcome: Outcome::Answered(answered), ..exchange }
}

fn answered(kind: &str, body: &str) -> Answered {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Answered {
        status: 200,
        headers: vec![
            header("content-type", kind),
            header("content-length", &body.len().to_string()),
            header("set-cookie", "theme=dark; Path=/; HttpOnly"),
            header("x-total-count", "2"),
        ],
        body: Body::of_text(body),
        trailers: Vec::new(),
        interim: Vec::new(),
        frames: Vec::new(),
    }
}

fn asking(id: u64, target: &str, status: u16, body: &str) -> Exchange {
    let mut exchange = exchange(id, "GET /items", Answered { status, ..answered("application/json", body) });
    exchange.request.target = target.to_owned();
    exchange
}

fn conversation() -> Answered {
    let frame = |opcode, text: &str, code| Frame {
        from: Side::Server,
        at: 1,
        opcode,
        content: Content::Text(text.to_owned()),
        code,
    };
    let frames = vec![frame(1, "one", None), frame(1, "two", None), frame(8, "", Some(1000))];
    Answered { status: 101, body: Body::default(), headers: Vec::new(), frames, ..answered("", "-") }
}

fn events() -> Answered {
    let mut answered = answered(
        "text/event-stream; charset=utf-8",
        "id: 1\nevent: tick\ndata: 1\n\nid: 2\nevent: tick\ndata: 2\n\n",
    );
    answered.body.pieces = vec![Piece { end: 28, at: 1_000 }, Piece { end: 56, at: 300_000 }];
    answered
}

/// The recorded answers and the live ones; ids and instants differ, as they do between two runs.
fn corpus() -> [Vec<Exchange>; 2] {
    let json = "application/json";
    let rows = format!("[{ITEM},{ITEM}]");
    let live = vec![
        exchange(1, "GET /items/{id}", answered(json, ITEM)),
        asking(2, "/items", 200, &rows),
        exchange(3, "GET /events", events()),
        exchange(4, "WS /live", conversation()),
        exchange(5, "table items", answered(json, &rows)),
        asking(6, "/items?limit=1", 200, &format!("[{ITEM}]")),
        asking(7, "/items?limit=x", 422, r#"{"detail":[]}"#),
    ];
    let earlier = |text: &str| text.replace("dea6", "dea7").replace("01.123456", "01.000001");
    let reference = vec![
        exchange(1, "GET /items/{id}", answered(json, &earlier(ITEM))),
        asking(2, "/items", 200, &earlier(&rows)),
        exchange(3, "GET /events", events()),
        exchange(4, "WS /live", conversation()),
        exchange(5, "table items", answered(json, &earlier(&rows))),
        asking(6, "/items?limit=1", 200, &earlier(&format!("[{ITEM}]"))),
        asking(7, "/items?limit=x", 422, r#"{"detail":[]}"#),
    ];
    [reference, live]
}

fn broken(extent: Extent) -> Vec<Mutant> {
    let [reference, live] = corpus();
    broken_of(&reference, &live, extent).0
}

fn broken_of(reference: &[Exchange], live: &[Exchange], extent: Extent) -> (Vec<Mutant>, usize) {
    let pairs: Vec<_> =
        reference.iter().zip(live).map(|(reference, live)| Pair { reference, live }).collect();
    let (count, kinds) = (pairs.len(), BTreeSet::new());
    let mut breaker = Breaker::new(pairs, Choice { extent, kinds: &kinds });
    let mutants = (0..count).flat_map(|at| breaker.of(at)).collect();
    (mutants, breaker.left_out())
}

#[test]
fn of_a_document_with_very_many_places_some_are_broken_and_the_others_counted() {
    let members: Vec<String> = (0..1_000).map(|number| format!("\"m{number}\":{number}")).collect();
    let live = [asking(1, "/", 200, &format!("{{{}}}", members.join(",")))];
    let (mutants, left_out) = broken_of(&live, &live, Extent::Each);
    let places: BTreeSet<&str> =
        mutants.iter().filter(|one| one.kind == Kind::Null).map(|one| &*one.place).collect();
    assert!((PLACES - 2..=PLACES).contains(&places.len()), "{}", places.len());
    assert!(places.iter().any(|place| place.len() == "body $.m999".len()), "only the beginning: {places:?}");
    assert_eq!(places.len() + left_out, 1_001);
    let (all, none) = broken_of(&live, &live, Extent::All);
    assert_eq!((all.iter().filter(|one| one.kind == Kind::Null).count(), none), (1_001, 0));
}

#[test]
fn every_kind_breaks_something() {
    let kinds: BTreeSet<Kind> = broken(Extent::Each).iter().map(|mutant| mutant.kind).collect();
    let missing: Vec<_> = Kind::iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn each_is_another_answer_and_places_are_broken_once() {
    let [_, live] = corpus();
    let mut seen = BTreeSet::new();
    for mutant in broken(Extent::Each) {
        let good = live.iter().find(|exchange| exchange.id == mutant.exchange).unwrap();
        assert_ne!(Some(&mutant.answered), good.answered(), "{mutant:?}");
        let status = good.answered().unwrap().status;
        let once = seen.insert((mutant.route, status, mutant.kind, mutant.place.clone()));
        assert!(once, "{} at {} twice", mutant.kind, mutant.place);
    }
    assert!(broken(Extent::All).len() > seen.len());
}

#[test]
fn what_breaks_a_body_leaves_a_body_that_states_its_length() {
    for mutant in broken(Extent::All).iter().filter(|mutant| mutant.place.starts_with("body $")) {
        let Content::Text(text) = &mutant.answered.body.content else { panic!("{mutant:?}") };
        assert_eq!(mutant.answered.header("content-length"), Some(text.len().to_string().as_str()));
        let is_read = serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert!(is_read, "{} of {}: {text}", mutant.kind, mutant.place);
    }
}

#[test]
fn what_is_the_same_text_again_is_no_break_of_a_packed_body() {
    let mut live = asking(1, "/", 200, r#"{"a":"string"}"#);
    let Outcome::Answered(answered) = &mut live.outcome else { panic!() };
    answered.body.length = 7;
    answered.body.coding = Some("gzip".to_owned());
    let (mutants, _) = broken_of(&[live.clone()], &[live], Extent::Each);
    let laid: Vec<(Kind, &str)> = mutants.iter().map(|one| (one.kind, one.place.as_str())).collect();
    for same in [(Kind::Constant, "body $.a"), (Kind::Indented, "body $"), (Kind::MembersReordered, "body $")]
    {
        assert!(!laid.contains(&same), "{same:?}");
    }
    assert!(laid.contains(&(Kind::Emptied, "body $.a")), "{laid:?}");
}

#[test]
fn a_score_tells_what_was_found_explained_and_neither() {
    let mutants = broken(Extent::Each);
    let mut explained = Explained::parse(
        "[[equivalent]]\nkind = \"close-code\"\nroute = \"WS /live\"\nat = \"frame close\"\nreason = \"nobody looks at it\"\n\
         [[equivalent]]\nkind = \"stale\"\nroute = \"GET /\"\nat = \"status\"\nreason = \"nobody looks at it\"\n",
    )
    .unwrap();
    let mut score = Score::default();
    for mutant in &mutants {
        score.count(mutant, !matches!(mutant.kind, Kind::CloseCode | Kind::Status), &mut explained);
    }
    let survivors: Vec<_> = score.survivors.iter().map(|survivor| survivor.kind).collect();
    assert!(!survivors.is_empty() && survivors.iter().all(|kind| *kind == Kind::Status));
    assert_eq!(score.explained.len(), 1);
    assert_eq!(score.all.broken, score.all.found + score.all.explained + survivors.len());
    assert_eq!(explained.needless(), ["stale of GET / at status"]);
    assert!(!score.is_whole());
}
