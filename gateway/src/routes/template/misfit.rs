//! Where a path and a template part, in words: for `routes explain`, never asked while requests are served.

use regex::Regex;

use super::{Template, placeholder};

impl Template {
    /// Whether the first two segments are the same, or could be anything: below `/api` all would begin alike.
    pub(in crate::routes) fn begins_like(&self, path: &str) -> bool {
        let pairs = self.text.split('/').zip(path.split('/')).skip(1).take(2);
        pairs.into_iter().all(|(own, found)| own == found || own.starts_with('{'))
    }

    /// For a path that does not fit.
    pub(in crate::routes) fn misfit(&self, path: &str) -> String {
        let mut regexes = self.pattern.iter().flat_map(|pattern| pattern.sources.iter().copied());
        let mut have = path.split('/');
        for (number, wanted) in self.text.split('/').enumerate() {
            let Some(found) = have.next() else {
                return match wanted {
                    "" => "the path lacks the last `/`".to_owned(),
                    _ => format!("the path ends before `{wanted}`"),
                };
            };
            if let Some(source) = source_of(wanted, &mut regexes) {
                if source.contains(".*") {
                    // It takes slashes as well: segments no longer stand beside each other.
                    return format!("what follows does not fit `{wanted}`");
                }
                if Regex::new(&source).is_ok_and(|regex| regex.is_match(found)) {
                    continue;
                }
                return format!("segment {number}, `{found}`, does not fit `{wanted}`");
            }
            if wanted != found {
                return format!("segment {number} is `{found}`, not `{wanted}`");
            }
        }
        match have.next() {
            Some("") if have.next().is_none() => "the path has a `/` at its end".to_owned(),
            Some(more) => format!("the path goes on with `{more}`"),
            None => "the path has no `/` after it".to_owned(),
        }
    }
}

/// The regex of a segment that has parameters; there may be text around them.
fn source_of<'r>(segment: &str, regexes: &mut impl Iterator<Item = &'r str>) -> Option<String> {
    let mut source = String::from("^");
    let (mut literal, mut from) = (0, 0);
    while let Some(open) = segment[from..].find('{').map(|at| from + at) {
        let Some((_, length)) = placeholder(&segment[open..]) else {
            from = open + 1;
            continue;
        };
        source.push_str(&regex::escape(&segment[literal..open]));
        source.push_str(&format!("(?:{})", regexes.next()?));
        from = open + length;
        literal = from;
    }
    source.push_str(&format!(r"{}\z", regex::escape(&segment[literal..])));
    (literal > 0).then_some(source)
}

#[cfg(test)]
mod tests {
    use crate::routes::{
        lock::row::{Converter, Param},
        template::Template,
    };

    #[test]
    fn the_first_segment_that_differs_is_told() {
        let param = |converter, regex: &str| vec![Param { name: "x".into(), converter, regex: regex.into() }];
        let (text, int) = (param(Converter::Str, "[^/]+"), param(Converter::Int, "[0-9]+"));
        let none = Vec::new();
        for (template, params, tail, path, why) in [
            ("/a/b", &none, None, "/a/c", "segment 2 is `c`, not `b`"),
            ("/a/b", &none, None, "/a", "the path ends before `b`"),
            ("/a/", &none, None, "/a", "the path lacks the last `/`"),
            ("/a", &none, None, "/a/", "the path has a `/` at its end"),
            ("/a", &none, None, "/a/b/c", "the path goes on with `b`"),
            ("/a", &none, None, "/a//", "the path goes on with ``"),
            ("/a/{x:int}", &int, None, "/a/abc", "segment 2, `abc`, does not fit `{x:int}`"),
            ("/a/{x:int}/b", &int, None, "/a/7/c", "segment 3 is `c`, not `b`"),
            ("/a/{x}", &text, None, "/a/", "segment 2, ``, does not fit `{x}`"),
            ("/a/v{x}", &text, None, "/a/7", "segment 2, `7`, does not fit `v{x}`"),
            ("/a/v{x}/b", &text, None, "/a/v7/c", "segment 3 is `c`, not `b`"),
            (
                "/{x:path}/b",
                &param(Converter::Path, ".*"),
                None,
                "/a/c",
                "what follows does not fit `{x:path}`",
            ),
            ("/a", &none, Some("path"), "/a", "the path has no `/` after it"),
            ("/a", &none, Some("path"), "/b/c", "segment 1 is `b`, not `a`"),
        ] {
            let template = Template::compile(template, params, tail).unwrap();
            assert_eq!(template.fit(path, 4300), Ok(None), "{path}");
            assert_eq!(template.misfit(path), why, "{path}");
        }
    }
}
