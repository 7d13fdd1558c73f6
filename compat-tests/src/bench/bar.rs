//! A ratio that must not be exceeded, as it is told.

use std::fmt;

#[derive(Debug)]
pub(super) struct Bar {
    pub(super) what: &'static str,
    pub(super) ratio: f64,
    pub(super) most: f64,
}

impl Bar {
    pub(super) fn is_met(&self) -> bool {
        self.ratio <= self.most
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = if self.is_met() { "met" } else { "MISSED" };
        let Self { what, ratio, most } = self;
        write!(formatter, "{told:<8} {what}: {ratio:.2}, at most {most:.2}")
    }
}

/// The one in the middle, or half way between the two.
pub(super) fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    let middle = rounds.len() / 2;
    match rounds.get(middle) {
        Some(upper) if rounds.len() % 2 == 1 => *upper,
        Some(upper) => f64::midpoint(rounds[middle - 1], *upper),
        None => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_can_be_missed() {
        for (ratio, told) in
            [(1.2, "met      delay: 1.20, at most 1.20"), (1.21, "MISSED   delay: 1.21, at most 1.20")]
        {
            assert_eq!(Bar { what: "delay", ratio, most: 1.2 }.to_string(), told);
        }
        assert!(!Bar { what: "nothing measured", ratio: median(Vec::new()), most: 1.2 }.is_met());
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![3.0, 1.0, 9.0, 2.0]), 2.5);
    }
}
