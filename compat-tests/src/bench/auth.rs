//! What letting users in costs: tokens at the door beside HAProxy, logins that wait, refreshes, logins beside FastAPI.

mod door;
mod logins;
mod refreshes;
mod stand;
mod waiting;

use std::fmt;

use super::bar::Bar;

/// What was measured, and whether every bar is met.
pub struct Part {
    told: String,
    is_good: bool,
}

/// All parts, or the one that is named.
pub fn compare(only: Option<&str>, mut tell: impl FnMut(&Part)) -> anyhow::Result<bool> {
    let mut is_good = true;
    let mut finish = |part: Part| {
        is_good &= part.is_good;
        tell(&part);
    };
    let wants = |name: &str| only.is_none_or(|only| only == name);
    if wants("door") {
        finish(Part::of(&door::compare()?));
    }
    if wants("waiting") {
        finish(Part::of(&waiting::compare()?));
    }
    if wants("refreshes") {
        finish(Part::of(&refreshes::measure()?));
    }
    if wants("logins") {
        finish(Part::of(&logins::compare()?));
    }
    Ok(is_good)
}

/// The names of the parts.
pub const PARTS: [&str; 4] = ["door", "waiting", "refreshes", "logins"];

/// What can be told, and has bars.
trait Measured: fmt::Display {
    fn bars(&self) -> Vec<Bar>;
}

impl Part {
    fn of(measured: &impl Measured) -> Self {
        use fmt::Write;
        let bars = measured.bars();
        let mut told = measured.to_string();
        for bar in &bars {
            let _ = write!(told, "\n  {bar}");
        }
        Self { told, is_good: bars.iter().all(Bar::is_met) }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told)
    }
}
