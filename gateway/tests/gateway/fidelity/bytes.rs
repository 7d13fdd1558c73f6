//! How bytes are written in a file of cases, and whether those that came are these.
//!
//! A line stands for itself and its CR LF; a `\` at its end leaves those out. `\xff`, `\t`, `\r`, `\n`, `\s` (a space), `\\`,
//! `\{` stand for one byte each, `{a*70000}` for as many of a letter, `{id}` for a request id that the gateway makes, `{date}`
//! for a date that it adds, and `{forwarded}` for the four lines that it adds to a request to the host `a`.

const ID: usize = 36;
const DATE: usize = "Sun, 06 Nov 1994 08:49:37 GMT".len();

/// Bytes, of which some are known by their shape only.
#[derive(Default)]
pub(super) struct Template(Vec<Part>);

enum Part {
    Bytes(Vec<u8>),
    Id,
    Date,
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Id => ID,
            Self::Date => DATE,
        }
    }

    /// `came` may be the beginning only. The id is the first one that came.
    fn is(&self, came: &[u8], id: &mut Option<Vec<u8>>) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.starts_with(came),
            Self::Date => came.len() < DATE || httpdate(came),
            Self::Id if came.len() < ID => true,
            Self::Id => {
                let is_id = str::from_utf8(came).is_ok_and(|text| uuid::Uuid::try_parse(text).is_ok());
                is_id && id.get_or_insert_with(|| came.to_vec()) == came
            }
        }
    }
}

fn httpdate(came: &[u8]) -> bool {
    let shape = came.iter().map(|byte| match byte {
        b'0'..=b'9' => '0',
        b'a'..=b'z' => 'a',
        b'A'..=b'Z' => 'A',
        other => char::from(*other),
    });
    shape.collect::<String>() == "Aaa, 00 Aaa 0000 00:00:00 AAA"
}

impl Template {
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Part::len).sum()
    }

    pub(super) fn has_id(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Id))
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// What is sent: nothing of it is known by its shape only.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let known = self.0.iter().map(|part| match part {
            Part::Bytes(bytes) => bytes.as_slice(),
            Part::Id | Part::Date => panic!("nobody sends a placeholder"),
        });
        known.collect::<Vec<_>>().concat()
    }

    pub(super) fn starts_with_any(&self, starts: &[&[u8]]) -> bool {
        let Some(Part::Bytes(first)) = self.0.first() else { return false };
        starts.iter().any(|start| first.starts_with(start))
    }

    /// Whether this is how it begins; `id` is the one of the exchange, once it is known.
    pub(super) fn begins(&self, came: &[u8], id: &mut Option<Vec<u8>>) -> bool {
        let mut rest = came;
        for part in &self.0 {
            let (here, behind) = rest.split_at(part.len().min(rest.len()));
            if !part.is(here, id) {
                return false;
            }
            rest = behind;
        }
        rest.is_empty()
    }
}

impl std::fmt::Display for Template {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Bytes(bytes) => write!(formatter, "{}", bytes.escape_ascii()),
            Part::Id => formatter.write_str("{id}"),
            Part::Date => formatter.write_str("{date}"),
        })
    }
}

/// One line of a file of cases.
pub(super) fn read(line: &str, place: &str) -> Template {
    let (text, ends) = match line.strip_suffix('\\') {
        Some(text) if !text.ends_with('\\') => (text, false),
        _ => (line, true),
    };
    let mut template = Template::default();
    let mut known = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '{']) {
        known.extend_from_slice(&rest.as_bytes()[..at]);
        let (read, behind) = match rest.as_bytes()[at] {
            b'\\' => escaped(&rest[at + 1..], place),
            _ => {
                let (name, behind) =
                    rest[at + 1..].split_once('}').unwrap_or_else(|| panic!("{place}: `{{`"));
                (placed(name, place), behind)
            }
        };
        for part in read {
            match part {
                Part::Bytes(bytes) => known.extend(bytes),
                shape => template.0.extend([Part::Bytes(std::mem::take(&mut known)), shape]),
            }
        }
        rest = behind;
    }
    known.extend_from_slice(rest.as_bytes());
    if ends {
        known.extend_from_slice(b"\r\n");
    }
    template.0.push(Part::Bytes(known));
    template
}

fn escaped<'t>(rest: &'t str, place: &str) -> (Vec<Part>, &'t str) {
    let (byte, length) = match rest.as_bytes().first() {
        Some(b'x') => (u8::from_str_radix(&rest[1..3], 16).unwrap(), 3),
        Some(b't') => (b'\t', 1),
        Some(b'r') => (b'\r', 1),
        Some(b'n') => (b'\n', 1),
        Some(b's') => (b' ', 1),
        Some(mark @ (b'\\' | b'{')) => (*mark, 1),
        _ => panic!("{place}: `\\`"),
    };
    (vec![Part::Bytes(vec![byte])], &rest[length..])
}

fn placed(name: &str, place: &str) -> Vec<Part> {
    const FORWARDED: &str =
        "x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: http\r\nx-forwarded-host: a\r\nx-request-id: ";
    match (name, name.split_once('*')) {
        ("id", _) => vec![Part::Id],
        ("date", _) => vec![Part::Date],
        ("forwarded", _) => vec![Part::Bytes(FORWARDED.into()), Part::Id],
        (_, Some((letter, count))) => vec![Part::Bytes(letter.repeat(count.parse().unwrap()).into())],
        _ => panic!("{place}: `{{{name}}}` is no placeholder"),
    }
}
