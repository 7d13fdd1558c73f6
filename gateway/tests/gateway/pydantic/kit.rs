//! The types of the table as a model of the kit declares them, by the labels of `types_of_the_kit.py`.

use bytes::Bytes;
use gateway::contract::{
    Failure,
    answer::{Answer, Reply},
    field::{
        BytesRules, Constraints, Date, DateRules, DateTime, DateTimeRules, Decimal, DecimalRules, DictRules,
        Email, EmailRules, Field, FloatRules, IntegerRules, ListRules, SetRules, TextRules, Time, TimeDelta,
        TimeDeltaRules, TimeRules, Unconstrained, Url, UrlRules, Uuid, UuidRules, Whole,
    },
    json::Framework,
    python::Value,
    validation::{Errors, Step},
};
use gateway_macros::{Answer, Model};
use indexmap::{IndexMap, IndexSet};

use crate::house::rendered;

#[derive(Clone, Copy, Debug, Model, Answer)]
enum Color {
    #[field(value = "red")]
    Red,
    #[field(value = "blue")]
    Blue,
    #[field(value = "it's")]
    Quoted,
}

#[derive(Clone, Copy, Debug, Model, Answer)]
enum Level {
    #[field(value = 1)]
    Low,
    #[field(value = 2)]
    High,
    #[field(value = -3)]
    Below,
}

#[derive(Clone, Copy, Debug, Model, Answer)]
#[model(literal)]
enum ColorName {
    #[field(value = "red")]
    Red,
    #[field(value = "blue")]
    Blue,
    #[field(value = "it's")]
    Quoted,
}

#[derive(Clone, Copy, Debug, Model, Answer)]
#[model(literal)]
enum LevelNumber {
    #[field(value = 1)]
    Low,
    #[field(value = 2)]
    High,
    #[field(value = -3)]
    Below,
}

#[derive(Debug, Model, Answer)]
struct Point {
    x: Whole,
    #[field(default = "here".to_owned())]
    label: String,
}

const INT: IntegerRules = IntegerRules::NONE;
const FLOAT: FloatRules = FloatRules::NONE;
const DECIMAL: DecimalRules = DecimalRules::NONE;
const TEXT: TextRules = TextRules::NONE;
const UUID: UuidRules = UuidRules::NONE;
const DATETIME: DateTimeRules = DateTimeRules::NONE;
const TIME: TimeRules = TimeRules::NONE;

/// What a client of the route sees of the value, or the body of the 422.
pub(super) fn read(kind: &str, value: &Value) -> Result<String, String> {
    match kind {
        "bool" => of::<bool>(value, Unconstrained),
        "enum of texts" => of::<Color>(value, Unconstrained),
        "enum of integers" => of::<Level>(value, Unconstrained),
        "literal of texts" => of::<ColorName>(value, Unconstrained),
        "literal of integers" => of::<LevelNumber>(value, Unconstrained),
        "Any" => of::<Value>(value, Unconstrained),
        "int or None" => of::<Option<Whole>>(value, INT),
        _ => number(kind, value)
            .or_else(|| text(kind, value))
            .or_else(|| moment(kind, value))
            .or_else(|| collection(kind, value))
            .unwrap_or_else(|| panic!("the kit has no `{kind}`")),
    }
}

fn number(kind: &str, value: &Value) -> Option<Result<String, String>> {
    Some(match kind {
        "int" => of::<Whole>(value, INT),
        "int 1..=100" => of::<i16>(value, INT.ge(1).le(100)),
        "int -5<..<5 of 3" => of::<i64>(value, INT.gt(-5).lt(5).multiple_of(3)),
        "int of 7" => of::<Whole>(value, INT.multiple_of(7)),
        "int i32" => of::<i32>(value, INT.ge(i32::MIN.into()).le(i32::MAX.into())),
        "float" => of::<f64>(value, FLOAT),
        "float finite >=0" => of::<f64>(value, FLOAT.ge(0.0).allow_inf_nan(false)),
        "float -1.5<..<1e22" => of::<f64>(value, FLOAT.gt(-1.5).lt(1e22)),
        "float <=1e-7 of 0.1" => of::<f64>(value, FLOAT.le(1e-7).multiple_of(0.1)),
        "Decimal" => of::<Decimal>(value, DECIMAL),
        "Decimal(6, 2)" => of::<Decimal>(value, DECIMAL.max_digits(6).decimal_places(2)),
        "Decimal 3 digits" => of::<Decimal>(value, DECIMAL.max_digits(3)),
        "Decimal 1 place" => of::<Decimal>(value, DECIMAL.decimal_places(1)),
        "Decimal of 0.05" => of::<Decimal>(value, DECIMAL.multiple_of("0.05")),
        "Decimal 0<=..<1E+3" => of::<Decimal>(value, DECIMAL.ge("0").lt("1E+3")),
        "Decimal any -1.50<..<=2" => of::<Decimal>(value, DECIMAL.allow_inf_nan(true).gt("-1.50").le("2")),
        _ => return None,
    })
}

fn text(kind: &str, value: &Value) -> Option<Result<String, String>> {
    const BYTES: BytesRules = BytesRules::NONE;
    const URL: UrlRules = UrlRules::NONE;
    Some(match kind {
        "str" => of::<String>(value, TEXT),
        "str 2..=4" => of::<String>(value, TEXT.min_length(2).max_length(4)),
        "str ^a.?$" => of::<String>(value, TEXT.pattern("^a.?$")),
        "str digits" => of::<String>(value, TEXT.pattern(r"\d+").max_length(3)),
        "str stripped lower" => of::<String>(value, TEXT.strip_whitespace(true).to_lower(true).min_length(2)),
        "str upper" => of::<String>(value, TEXT.to_upper(true).max_length(3)),
        "bytes" => of::<Bytes>(value, BYTES),
        "bytes 2..=4" => of::<Bytes>(value, BYTES.min_length(2).max_length(4)),
        "UUID" => of::<Uuid>(value, UUID),
        "UUID1" => of::<Uuid>(value, UUID.version(1)),
        "UUID3" => of::<Uuid>(value, UUID.version(3)),
        "UUID4" => of::<Uuid>(value, UUID.version(4)),
        "UUID5" => of::<Uuid>(value, UUID.version(5)),
        "UUID6" => of::<Uuid>(value, UUID.version(6)),
        "UUID7" => of::<Uuid>(value, UUID.version(7)),
        "UUID8" => of::<Uuid>(value, UUID.version(8)),
        "AnyUrl" => of::<Url>(value, URL),
        "EmailStr" => of::<Email>(value, EmailRules::NONE),
        "HttpUrl" => of::<Url>(value, URL.schemes(&["http", "https"]).max_length(2083)),
        "AnyUrl short ftp or ws with host" => {
            of::<Url>(value, URL.max_length(20).schemes(&["ftp", "ws", "foo"]).host_required(true))
        }
        _ => return None,
    })
}

fn moment(kind: &str, value: &Value) -> Option<Result<String, String>> {
    const DATE: DateRules = DateRules::NONE;
    const LENGTH: TimeDeltaRules = TimeDeltaRules::NONE;
    Some(match kind {
        "date" => of::<Date>(value, DATE),
        "date 2024" => of::<Date>(value, DATE.ge("2024-01-01").lt("2025-01-01")),
        "date past" => of::<Date>(value, DATE.past(true)),
        "date future" => of::<Date>(value, DATE.future(true)),
        "datetime" => of::<DateTime>(value, DATETIME),
        "datetime 2024" => {
            of::<DateTime>(value, DATETIME.gt("2024-01-01T00:00:00").le("2024-12-31T23:59:59.000005"))
        }
        "datetime aware 2024" => {
            of::<DateTime>(value, DATETIME.ge("2024-01-01T00:00:00Z").lt("2025-01-01T00:00:00+05:30"))
        }
        "datetime aware" => of::<DateTime>(value, DATETIME.aware(true)),
        "datetime naive" => of::<DateTime>(value, DATETIME.naive(true)),
        "datetime past" => of::<DateTime>(value, DATETIME.past(true)),
        "datetime future" => of::<DateTime>(value, DATETIME.future(true)),
        "time" => of::<Time>(value, TIME),
        "time 9..17" => of::<Time>(value, TIME.ge("09:00:00").lt("17:00:00.000001")),
        "time utc >9" => of::<Time>(value, TIME.gt("09:00:00Z")),
        "timedelta" => of::<TimeDelta>(value, LENGTH),
        "timedelta >=1h1s <2d" => {
            of::<TimeDelta>(value, LENGTH.ge(TimeDelta::seconds(3601)).lt(TimeDelta::days(2)))
        }
        "timedelta >-0.5s" => of::<TimeDelta>(value, LENGTH.gt(TimeDelta::milliseconds(-500))),
        _ => return None,
    })
}

fn collection(kind: &str, value: &Value) -> Option<Result<String, String>> {
    const LIST: ListRules<IntegerRules> = ListRules::NONE;
    const SET: SetRules<IntegerRules> = SetRules::NONE;
    Some(match kind {
        "list[int]" => of::<Vec<Whole>>(value, LIST),
        "list[int] 1..=3" => of::<Vec<Whole>>(value, LIST.min_length(1).max_length(3)),
        "list[int >0] or None" => of::<Option<Vec<Whole>>>(value, LIST.items(INT.gt(0))),
        "set[int]" => set(value, SET),
        "set[int] 1..=2" => set(value, SET.min_length(1).max_length(2)),
        "dict[str, int]" => of::<IndexMap<String, Whole>>(value, DictRules::NONE),
        "dict[int, float] 1..=2" => {
            of::<IndexMap<i64, f64>>(value, DictRules::NONE.min_length(1).max_length(2))
        }
        "dict[str ..=2, list[bool]]" => {
            of::<IndexMap<String, Vec<bool>>>(value, DictRules::NONE.keys(TEXT.max_length(2)))
        }
        "list[Point]" => of::<Vec<Point>>(value, ListRules::NONE),
        _ => return None,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "rules are made where they are named")]
fn of<T: Field + Answer>(value: &Value, rules: T::Rules) -> Result<String, String> {
    shown(taken::<T>(value, &rules)?)
}

/// Python's sets have no order: the table has them sorted.
fn set(value: &Value, rules: SetRules<IntegerRules>) -> Result<String, String> {
    let mut items = taken::<IndexSet<Whole>>(value, &rules)?;
    items.sort_by_cached_key(|item| item.to_string().parse::<i128>().unwrap());
    shown(items)
}

fn taken<T: Field>(value: &Value, rules: &T::Rules) -> Result<T, String> {
    let mut errors = Errors::default();
    let read = errors.within(Step::Name("body"), |errors| {
        errors.within(Step::Name("v"), |errors| T::read(value, rules, errors))
    });
    errors.finish(read).map_err(|failure| body(&failure))
}

fn shown(value: impl Answer) -> Result<String, String> {
    let response =
        Reply::ok(value).render(Framework::of_fastapi("0.165.0")).map_err(|failure| body(&failure))?;
    Ok(String::from_utf8(response.into_body().to_vec()).unwrap())
}

fn body(failure: &Failure) -> String {
    String::from_utf8(rendered(failure).into_body().to_vec()).unwrap()
}
