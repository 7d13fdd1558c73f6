//! What a server makes up within a conversation and its client says back in the same one.

use std::collections::{BTreeMap, HashMap};

use super::{
    anatomy::{self, Spot},
    binding::shape::Shape,
};

/// Recorded values with those of the live side. Bare numbers are not among them: what they are the numbers of is told by
/// answers, not by messages.
#[derive(Default)]
pub(super) struct Spoken(HashMap<String, String>);

impl Spoken {
    /// Two messages of the server in the same place of the conversation.
    pub(super) fn hears(&mut self, route: &str, recorded: &str, live: &str) {
        let (then, now) = (values(route, recorded), values(route, live));
        for (place, recorded) in then {
            let Some(live) = now.get(&place).filter(|live| **live != recorded) else { continue };
            self.0.insert(recorded, live.clone());
        }
    }

    /// What the client says now instead of what it said then.
    pub(super) fn says(&self, route: &str, text: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        anatomy::frame(route, 0, text, &mut |spot: &Spot, text: &str| {
            is_made_up(spot, text).then(|| self.0.get(text).cloned()).flatten()
        })
    }
}

fn values(route: &str, text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let _ = anatomy::frame(route, 0, text, &mut |spot: &Spot, text: &str| {
        if is_made_up(spot, text) {
            values.entry(spot.place.clone()).or_insert_with(|| text.to_owned());
        }
        None
    });
    values
}

fn is_made_up(spot: &Spot, text: &str) -> bool {
    Shape::of(spot, text).is_some_and(|shape| shape != Shape::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_server_is_said_back_as_it_is_now() {
        let mut spoken = Spoken::default();
        spoken.hears(
            "WS /live",
            r#"{"hello": {"connection": "3f2a77c01b9e4d52"}, "kind": "welcome", "id": 7}"#,
            r#"{"hello": {"connection": "b81d20e94c6f4a13"}, "kind": "welcome", "id": 8}"#,
        );
        for (said, now) in [
            (r#"{"on":  "3f2a77c01b9e4d52", "id": 7}"#, Some(r#"{"on":  "b81d20e94c6f4a13", "id": 7}"#)),
            ("3f2a77c01b9e4d52", Some("b81d20e94c6f4a13")),
            (r#"{"kind": "welcome"}"#, None),
        ] {
            assert_eq!(spoken.says("WS /live", said).as_deref(), now);
        }
    }
}
