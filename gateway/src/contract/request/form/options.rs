//! A header with parameters, `form-data; name="a"; filename="b"`, as python-multipart reads it.
//!
//! Source: `python_multipart/multipart.py` (`parse_options_header`, `_parseparam`).

/// The parameters in their order; of two of a name the last one counts.
pub(super) type Options = Vec<(String, String)>;

/// The value itself in lower case, and its parameters.
pub(super) fn read(value: &str) -> (String, Options) {
    let blank = [' ', '\t'];
    if !value.contains(';') {
        return (value.to_lowercase().trim_matches(blank).to_owned(), Vec::new());
    }
    let mut segments = segments(value).into_iter();
    let kind = segments.next().unwrap_or_default().to_lowercase();
    let options = segments.filter_map(|segment| {
        let (name, value) = segment.split_once('=').unwrap_or((&segment, ""));
        // RFC 7578 forbids the extended forms.
        if name.contains('*') {
            return None;
        }
        let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let value =
            inside.map_or_else(|| value.to_owned(), |text| text.replace("\\\\", "\\").replace("\\\"", "\""));
        Some((name.to_owned(), if name == "filename" { file_name(value) } else { value }))
    });
    (kind, options.collect())
}

pub(super) fn find<'a>(options: &'a Options, name: &str) -> Option<&'a str> {
    options.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

/// An old browser sent the whole path.
fn file_name(value: String) -> String {
    let after_first: String = value.chars().skip(1).take(2).collect();
    if after_first == ":\\" || value.starts_with("\\\\") {
        value.rsplit('\\').next().unwrap_or_default().to_owned()
    } else {
        value
    }
}

/// Parts between semicolons that stand in no quotation marks; the name of each is in lower case.
fn segments(value: &str) -> Vec<String> {
    let blank = [' ', '\t'];
    let mut segments = Vec::new();
    let mut start = 0;
    while start <= value.len() {
        let end = segment_end(value, start);
        let segment = match value[start..end].split_once('=') {
            Some((name, rest)) => {
                format!("{}={}", name.trim_end_matches(blank).to_lowercase(), rest.trim_start_matches(blank))
            }
            None => value[start..end].to_owned(),
        };
        segments.push(segment.trim_matches(blank).to_owned());
        start = end + 1;
    }
    segments
}

/// Where the semicolon is that ends a segment. The loop is Python's, with its idea of which marks are escaped.
fn segment_end(value: &str, start: usize) -> usize {
    let semicolon = |from: usize| value.get(from..).and_then(|rest| rest.find(';')).map(|at| from + at);
    let count = |text: &str, from: usize, to: usize| {
        value.get(from..to).map_or(0, |part| i64::try_from(part.matches(text).count()).unwrap_or(i64::MAX))
    };
    let (mut end, mut counted, mut open) = (semicolon(start), start, 0);
    while let Some(at) = end {
        open += count("\"", counted, at) - count("\\\"", counted, at);
        if open % 2 == 0 {
            return at;
        }
        (counted, end) = (at, semicolon(at + 1));
    }
    value.len()
}
