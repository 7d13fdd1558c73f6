//! One path template of the legacy, compiled: whether a path fits it, and the texts of its parameters.
//!
//! Agrees with Python's `re.match` on the pattern that Starlette compiles: leftmost, greedy, `$` before a last newline.

mod misfit;

use regex::Regex;

use super::lock::{
    LockError,
    row::{Converter, Param},
};

#[derive(Debug)]
pub(super) struct Template {
    /// What every fitting path starts with: most rows are passed over by this comparison alone.
    prefix: Box<str>,
    pattern: Option<Pattern>,
    /// As the legacy declares it.
    text: Box<str>,
}

#[derive(Debug)]
struct Pattern {
    regex: Regex,
    params: Box<[(Box<str>, Converter)]>,
    /// What each parameter of the template takes.
    sources: Box<[&'static str]>,
}

/// Texts of the parameters, in the order of the template.
pub(super) type Texts<'m, 'p> = Vec<(&'m str, &'p str)>;

/// A converter that raises: the legacy answers 500.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Raises;

impl Template {
    /// `tail` is what a mount adds: everything below it.
    pub(super) fn compile(template: &str, params: &[Param], tail: Option<&str>) -> Result<Self, LockError> {
        let pieces = pieces(template, params)?;
        let prefix = match pieces.first() {
            Some(Piece::Literal(literal)) => *literal,
            Some(Piece::Param(_)) | None => "",
        };
        if params.is_empty() && tail.is_none() {
            return Ok(Self { prefix: prefix.into(), pattern: None, text: template.into() });
        }
        let mut sources = Vec::with_capacity(params.len());
        let mut source = String::from("^");
        for piece in &pieces {
            match piece {
                Piece::Literal(literal) => source.push_str(&regex::escape(literal)),
                Piece::Param(param) => {
                    let regex = regex_of(template, param)?;
                    source.push_str(&format!("({regex})"));
                    sources.push(regex);
                }
            }
        }
        let tail_name = tail.map(|name| {
            source.push_str("/(.*)");
            (name.into(), Converter::Path)
        });
        source.push_str(r"\n?\z");
        let regex = Regex::new(&source).expect("escaped literals and known groups are a regex");
        let params =
            params.iter().map(|param| (param.name.as_str().into(), param.converter)).chain(tail_name);
        let pattern = Pattern { regex, params: params.collect(), sources: sources.into() };
        Ok(Self { prefix: prefix.into(), pattern: Some(pattern), text: template.into() })
    }

    /// The parameters' texts when `path` fits. Converters run as the legacy's do: for every row that fits.
    pub(super) fn fit<'m, 'p>(
        &'m self,
        path: &'p str,
        int_max_digits: usize,
    ) -> Result<Option<Texts<'m, 'p>>, Raises> {
        let Some(rest) = path.strip_prefix(&*self.prefix) else { return Ok(None) };
        let Some(pattern) = &self.pattern else {
            return Ok(matches!(rest, "" | "\n").then(Vec::new));
        };
        let mut places = pattern.regex.capture_locations();
        if pattern.regex.captures_read(&mut places, path).is_none() {
            return Ok(None);
        }
        let mut texts = Vec::with_capacity(pattern.params.len());
        for (index, (name, converter)) in pattern.params.iter().enumerate() {
            let (start, end) = places.get(index + 1).expect("every group takes part in a match");
            let text = &path[start..end];
            if *converter == Converter::Int && int_max_digits > 0 && text.len() > int_max_digits {
                return Err(Raises);
            }
            texts.push((&**name, text));
        }
        Ok(Some(texts))
    }
}

/// Whether the lock's parameters are those of the template, with regexes that this gateway knows.
pub(super) fn check(template: &str, params: &[Param]) -> Result<(), LockError> {
    pieces(template, params)?;
    params.iter().try_for_each(|param| regex_of(template, param).map(drop))
}

enum Piece<'a> {
    Literal(&'a str),
    Param(&'a Param),
}

/// Cuts a template where Starlette does: `{name}` and `{name:converter}`; any other brace is a literal.
fn pieces<'a>(template: &'a str, params: &'a [Param]) -> Result<Vec<Piece<'a>>, LockError> {
    let wrong = || LockError::Parameters { template: template.to_owned() };
    let mut unused = params.iter();
    let mut pieces = Vec::new();
    let (mut literal, mut from) = (0, 0);
    while let Some(open) = template[from..].find('{').map(|at| from + at) {
        let Some((name, length)) = placeholder(&template[open..]) else {
            from = open + 1;
            continue;
        };
        if literal < open {
            pieces.push(Piece::Literal(&template[literal..open]));
        }
        pieces.push(Piece::Param(unused.next().filter(|param| param.name == name).ok_or_else(wrong)?));
        from = open + length;
        literal = from;
    }
    if literal < template.len() {
        pieces.push(Piece::Literal(&template[literal..]));
    }
    unused.next().map_or(Ok(pieces), |_| Err(wrong()))
}

/// The name of the placeholder that `text` starts with, and its length in bytes.
fn placeholder(text: &str) -> Option<(&str, usize)> {
    let close = text.find('}')?;
    let inside = &text[1..close];
    let (name, converter) = inside.split_once(':').unwrap_or((inside, "str"));
    let identifier = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && word.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
    };
    (identifier(name) && identifier(converter)).then_some((name, close + 1))
}

/// Our spelling of a regex that Starlette has had; the version's own stands in the lock.
fn regex_of(template: &str, param: &Param) -> Result<&'static str, LockError> {
    match (param.converter, param.regex.as_str()) {
        (Converter::Str, "[^/]+") => Ok("[^/]+"),
        (Converter::Path, ".*") => Ok(".*"),
        (Converter::Int, "[0-9]+") => Ok("[0-9]+"),
        (Converter::Float, r"[0-9]+(\.[0-9]+)?") => Ok(r"[0-9]+(?:\.[0-9]+)?"),
        (Converter::Uuid, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") => {
            Ok("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
        }
        (
            Converter::Uuid,
            "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
        ) => Ok("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"),
        (converter, regex) => Err(LockError::Regex {
            template: template.to_owned(),
            name: param.name.clone(),
            converter,
            regex: regex.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW_UUID: &str = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}";
    const OLD_UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    fn param(name: &str, converter: Converter, regex: &str) -> Param {
        Param { name: name.into(), converter, regex: regex.into() }
    }

    type Case<'a> = (&'a str, &'a [Param], &'a str, Option<&'a [&'a str]>);

    fn check_fit(template: &str, params: &[Param], path: &str, expected: Option<&[&str]>) {
        let template = Template::compile(template, params, None).unwrap();
        let found = template.fit(path, 4300).unwrap();
        let texts: Option<Vec<&str>> = found.map(|texts| texts.into_iter().map(|(_, text)| text).collect());
        assert_eq!(texts.as_deref(), expected, "{path:?}");
    }

    #[test]
    fn a_parameter_takes_what_its_converter_takes() {
        let one = |converter, regex| [param("x", converter, regex)];
        let string = one(Converter::Str, "[^/]+");
        let path = one(Converter::Path, ".*");
        let int = one(Converter::Int, "[0-9]+");
        let float = one(Converter::Float, r"[0-9]+(\.[0-9]+)?");
        let cases: &[Case<'_>] = &[
            ("/u/{x}", &string, "/u/a\nb", Some(&["a\nb"])),
            ("/u/{x}", &string, "/u/a\n", Some(&["a\n"])),
            ("/u/{x}", &string, "/u/", None),
            ("/u/{x}", &string, "/u/a/b", None),
            ("/f/{x:path}", &path, "/f/", Some(&[""])),
            ("/f/{x:path}", &path, "/f/a\n", Some(&["a"])),
            ("/f/{x:path}", &path, "/f/a\nb", None),
            ("/{x:path}/tail", &path, "//tail", Some(&[""])),
            ("/i/{x:int}", &int, "/i/05", Some(&["05"])),
            ("/i/{x:int}", &int, "/i/5\n", Some(&["5"])),
            ("/i/{x:int}", &int, "/i/-5", None),
            ("/i/{x:int}", &int, "/i/٥", None),
            ("/d/{x:float}", &float, "/d/1.50", Some(&["1.50"])),
            ("/d/{x:float}", &float, "/d/1.", None),
            ("/d/{x:float}", &float, "/d/1e5", None),
            ("/u.v/{x}", &string, "/u-v/a", None),
        ];
        for (template, params, path, expected) in cases {
            check_fit(template, params, path, *expected);
        }
        let two = [param("a", Converter::Str, "[^/]+"), param("b", Converter::Str, "[^/]+")];
        check_fit("/mix/{a}-{b}", &two, "/mix/a-b-c", Some(&["a-b", "c"]));
    }

    #[test]
    fn a_uuid_is_read_as_that_framework_version_reads_it() {
        let (dashed, bare) = ("/0f8fad5b-d9cb-469f-a165-70867728950e", "/0F8FAD5BD9CB469FA16570867728950E");
        for (regex, path, fits) in [
            (OLD_UUID, dashed, true),
            (OLD_UUID, bare, false),
            (NEW_UUID, dashed, true),
            (NEW_UUID, bare, true),
        ] {
            let template =
                Template::compile("/{x:uuid}", &[param("x", Converter::Uuid, regex)], None).unwrap();
            assert_eq!(template.fit(path, 0).unwrap().is_some(), fits, "{path} with {regex}");
        }
    }

    #[test]
    fn a_literal_template_also_fits_before_a_last_newline() {
        for (path, fits) in [("/admin", true), ("/admin\n", true), ("/admin\n\n", false), ("/admin/", false)]
        {
            let template = Template::compile("/admin", &[], None).unwrap();
            assert_eq!(template.fit(path, 0).unwrap().is_some(), fits, "{path:?}");
        }
        let braces = Template::compile("/a{1}{b c}{d", &[], None).unwrap();
        assert!(braces.fit("/a{1}{b c}{d", 0).unwrap().is_some(), "other braces are literals");
    }

    #[test]
    fn an_int_that_python_refuses_raises() {
        let template = Template::compile("/{x:int}", &[param("x", Converter::Int, "[0-9]+")], None).unwrap();
        assert!(template.fit(&format!("/{}", "9".repeat(4300)), 4300).is_ok());
        assert_eq!(template.fit(&format!("/{}", "0".repeat(4301)), 4300), Err(Raises));
        assert!(template.fit(&format!("/{}", "9".repeat(4301)), 0).is_ok());
    }
}
