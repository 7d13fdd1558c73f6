//! A good answer of a route about users: JSON with places for tokens and for columns of the user's row.

use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerTemplate {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Bytes(String),
    Place(Place),
}

/// Every place brings its own quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    AccessToken,
    /// In seconds.
    ExpiresIn,
    RefreshToken,
    /// In seconds.
    RefreshExpiresIn,
    /// `{user.COLUMN}`
    Column(String),
}

#[derive(Debug, thiserror::Error)]
pub enum BadAnswerTemplate {
    #[error("`{{{0}}}` stands for nothing here")]
    Unknown(String),
    #[error("the answer is not JSON once it is filled: {0}")]
    NotJson(serde_json::Error),
}

const NAMED: [(&str, Place); 4] = [
    ("access_token", Place::AccessToken),
    ("expires_in", Place::ExpiresIn),
    ("refresh_token", Place::RefreshToken),
    ("refresh_expires_in", Place::RefreshExpiresIn),
];

impl AnswerTemplate {
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Bytes(_) => None,
            Piece::Place(place) => Some(place),
        })
    }

    /// Whether a session belongs to the answer.
    pub fn has_tokens(&self) -> bool {
        self.places().any(|place| !matches!(place, Place::Column(_)))
    }

    /// The columns that it shows, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for place in self.places() {
            if let Place::Column(column) = place
                && !columns.contains(&column.as_str())
            {
                columns.push(column);
            }
        }
        columns
    }
}

impl BadAnswerTemplate {
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::Unknown(_) => {
                "places are `{access_token}`, `{expires_in}`, `{refresh_token}`, `{refresh_expires_in}` and \
                 `{user.COLUMN}`"
            }
            Self::NotJson(_) => {
                "every place brings its own quotes, as in `'{\"id\":{user.id},\"token\":{access_token}}'`"
            }
        }
    }
}

impl FromStr for AnswerTemplate {
    type Err = BadAnswerTemplate;

    fn from_str(text: &str) -> Result<Self, BadAnswerTemplate> {
        let (mut pieces, mut bytes, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            bytes.push_str(before);
            match word(&from[1..]) {
                Some(word) => {
                    let place = place(word).ok_or_else(|| BadAnswerTemplate::Unknown(word.to_owned()))?;
                    pieces.extend([Piece::Bytes(std::mem::take(&mut bytes)), Piece::Place(place)]);
                    rest = &from[word.len() + 2..];
                }
                None => {
                    bytes.push('{');
                    rest = &from[1..];
                }
            }
        }
        pieces.push(Piece::Bytes(bytes + rest));
        let template = Self { pieces };
        serde_json::from_str::<serde_json::Value>(&template.sample()).map_err(BadAnswerTemplate::NotJson)?;
        Ok(template)
    }
}

impl AnswerTemplate {
    fn sample(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Bytes(bytes) => bytes.as_str(),
            Piece::Place(_) => "\"a text\"",
        });
        pieces.collect()
    }
}

fn place(word: &str) -> Option<Place> {
    if let Some(column) = word.strip_prefix("user.").filter(|column| !column.is_empty()) {
        return Some(Place::Column(column.to_owned()));
    }
    NAMED.iter().find(|(name, _)| *name == word).map(|(_, place)| place.clone())
}

/// A bare word up to a `}`: nothing that JSON itself could have there.
fn word(text: &str) -> Option<&str> {
    let (word, _) = text.split_once('}')?;
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    (!word.is_empty() && word.chars().all(is_word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_its_places_and_keeps_every_other_byte() {
        let text = r#"{"user":{"id":{user.id},"name":{user.id}, "t" : {access_token},"e":{}}}"#;
        let template: AnswerTemplate = text.parse().expect("a template");
        assert!(template.has_tokens());
        assert_eq!(template.columns(), ["id"]);
        let bytes = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => bytes.clone(),
            Piece::Place(Place::Column(column)) => format!("{{user.{column}}}"),
            Piece::Place(place) => {
                let named = NAMED.iter().find(|(_, known)| known == place);
                format!("{{{}}}", named.map_or("", |(name, _)| name))
            }
        };
        assert_eq!(template.pieces().iter().map(bytes).collect::<String>(), text);
        assert!(!r#"{"id":{user.id}}"#.parse::<AnswerTemplate>().expect("a template").has_tokens());
    }

    #[test]
    fn what_would_be_no_json_or_stands_for_nothing_is_refused() {
        for (written, expected) in [
            (r#"{"t":"{access_token}"}"#, "the answer is not JSON once it is filled: "),
            (r#"{"t":{token}}"#, "`{token}` stands for nothing here"),
            (r#"{"t":{user.}}"#, "`{user.}` stands for nothing here"),
            (r#"{"t":{access_token}"#, "the answer is not JSON once it is filled: "),
        ] {
            let told = written.parse::<AnswerTemplate>().expect_err(written).to_string();
            assert!(told.starts_with(expected), "{written}: {told}");
        }
    }
}
