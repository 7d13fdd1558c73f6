//! Tells by names what a bare number is the number of.

use super::{Spot, Way};

pub(super) fn of(spot: &Spot) -> Option<String> {
    match spot.way {
        Way::Literal | Way::Word => None,
        Way::Cookie => Some(format!("cookie {}", spot.name)),
        Way::Etag => Some("etag".to_owned()),
        Way::Slot => {
            Some(named(&spot.name).filter(|kind| !kind.is_empty()).unwrap_or_else(|| singular(&spot.within)))
        }
        Way::Named => {
            let kind = named(&spot.name)?;
            Some(if kind.is_empty() { singular(&spot.within) } else { kind })
        }
    }
}

/// `task` of `task_id`, `taskId` and `task_ids`; nothing within `id` itself.
fn named(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "id" | "ids" | "pk" | "_id") {
        return Some(String::new());
    }
    let snake = lower
        .strip_suffix("_ids")
        .or_else(|| lower.strip_suffix("_id"))
        .or_else(|| lower.strip_suffix("_pk"));
    let snake = snake.or_else(|| lower.strip_suffix("-id"));
    let camel = ["Ids", "Id", "ID"].iter().find_map(|ending| name.strip_suffix(ending));
    snake.map(singular).or_else(|| camel.map(singular))
}

/// Close enough for nouns of an API: `tasks`, `categories`, `boxes`.
pub(super) fn singular(noun: &str) -> String {
    let noun: String =
        noun.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if let Some(stem) = noun.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    let hissing = ["sses", "xes", "ches", "shes"].iter().any(|ending| noun.ends_with(ending));
    if let Some(stem) = noun.strip_suffix("es").filter(|_| hissing) {
        return stem.to_owned();
    }
    let stem = noun.strip_suffix('s').filter(|stem| stem.len() > 1 && !stem.ends_with('s'));
    stem.unwrap_or(&noun).to_owned()
}

/// The noun of a route, that an `id` without an owner is of: the last literal segment of `POST /projects/{id}/tasks`.
pub(super) fn resource(route: &str) -> String {
    let path = route.split_once(' ').map_or("", |(_, path)| path);
    let literal = path.rsplit('/').find(|segment| !segment.is_empty() && !segment.contains('{'));
    singular(literal.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_of_what_its_names_say() {
        for (name, within, way, expected) in [
            ("task_id", "", Way::Named, Some("task")),
            ("projectId", "", Way::Named, Some("project")),
            ("tag_ids", "", Way::Named, Some("tag")),
            ("id", "tags", Way::Named, Some("tag")),
            ("id", "categories", Way::Named, Some("category")),
            ("valid", "tasks", Way::Named, None),
            ("paid", "tasks", Way::Named, None),
            ("count", "tasks", Way::Named, None),
            ("number", "boxes", Way::Slot, Some("box")),
            ("task_id", "x", Way::Slot, Some("task")),
            ("session", "", Way::Cookie, Some("cookie session")),
        ] {
            let spot = Spot::new(String::new(), name, within, way);
            assert_eq!(spot.kind().as_deref(), expected, "{name} within {within}");
        }
        assert_eq!(resource("POST /projects/{project_id}/tasks"), "task");
        assert_eq!(resource("GET /addresses/{id}"), "address");
        assert_eq!(singular("status"), "statu");
    }
}
