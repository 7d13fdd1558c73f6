"""The sample data: the same on every run, and full of values that are hard to render.

The passwords behind the hashes are in the README.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from app.models import TaskStatus

Row = dict[str, Any]

EPOCH = datetime(2026, 1, 5, 9, 30)
ADA, GRACE, LINUS, ZOE = 1, 2, 3, 4
ENGINE, COMPILER, CAFE = 1, 2, 3


def user(id: int, name: str, full_name: str | None, hashed: str, is_active: bool = True) -> Row:
    return {
        "id": id,
        "email": f"{name}@example.com",
        "full_name": full_name,
        "hashed_password": hashed,
        "is_active": is_active,
        "created_at": EPOCH + timedelta(days=id),
    }


USERS = [
    user(
        ADA, "ada", "Ada Lovelace", "$2b$10$adaadaadaadaadaadaadaeLMWR1ikPbFFjpDNq1awsME0qF7akTZi"
    ),
    user(GRACE, "grace", None, "$2b$10$gracegracegracegraceguDOyyJoBb4PcJ2i0e4CeUQ./xCVVXqeS"),
    user(
        LINUS,
        "linus",
        "Linus",
        "$2b$10$linuslinuslinuslinusl.luolIKw/cimBu6bCuy1SDb1vqO6ikUm",
        is_active=False,
    ),
    # `$2a$`: the hashes of an older library, which are still in the table.
    user(ZOE, "zoe", "Zoë 田中", "$2a$10$zoezoezoezoezoezoezoeO2VZZo4m63/J6LgnbOUtxelxvKciMeF6"),
]

PROJECTS = [
    {
        "id": id,
        "name": name,
        "description": description,
        "owner_id": owner,
        "created_at": EPOCH + timedelta(days=10, microseconds=id),
    }
    for id, name, description, owner in [
        (ENGINE, "Analytical Engine", None, ADA),
        (COMPILER, "Compiler", 'The first one; "A-0".', GRACE),
        (CAFE, "Café ☕", "Öffnungszeiten\nund Preise", ADA),
    ]
]

# Texts that escape, combine, or take more than one UTF-16 unit.
TITLES = [
    "Write the first program",
    "Größe prüfen",
    "設計を確認する",
    "Проверить отчёт",
    "راجع التقرير",
    "תקן את הבאג",
    "รายงานประจำเดือน",
    "Ship it 🚀",
    "Family 👩‍👩‍👧‍👦 and flag 🇺🇦",
    "e\u0301 is not é",
    'She said "done"',
    "It's a quote",
    "C:\\temp\\new",
    "a/b?c=d&e=f#g %20 100%",
    "<script>alert(1)</script> & co",
    "no\u00a0break, zero\u200bwidth, line\u2028separator",
    "𝒰𝓃𝒾𝒸ℴ𝒹ℯ math 𐍈",
    "{{ braces }} ${dollar} %s",
    " leading and trailing ",
    "x" * 255,
    "長" * 255,
    "\ufeffbyte order mark",
    "half\uff0fwidth ﬁ ligature",
    "null",
    "0",
]

DESCRIPTIONS = [
    None,
    "",
    "One line.",
    "Two\nlines, one\ttab.",
    'Quotes " and \\ backslashes \\" and slashes /',
    "Emoji 🎉, combining ñ and n\u0303, controls not welcome\r\nbut line ends are",
    "DEL \u007f, NEL \u0085, private \ue000, last \U0010ffff",
    '{"looks": "like json", "n": 1.0}',
]

FLOATS = [
    None,
    0.0,
    -0.0,
    0.1,
    0.1 + 0.2,
    1.0,
    3.0,
    2.5,
    1e-4,
    1e-5,
    1.5e-5,
    1e-6,
    1e-7,
    123456.789,
    1e15,
    1e16,
    1.5e16,
    123456789012345680.0,
    1e21,
    1e22,
    1e100,
    1.7976931348623157e308,
    2.2250738585072014e-308,
    5e-324,
    9007199254740993.0,
    1 / 3,
]

# Naive, as the columns `created_at` and `updated_at` are.
INSTANTS = [
    datetime(2026, 1, 5, 9, 30),
    datetime(2026, 1, 5, 9, 30, 15, 123456),
    datetime(2026, 1, 5, 9, 30, 15, 120000),
    datetime(2026, 1, 5, 9, 30, 15, 1),
    datetime(2026, 1, 6),
    datetime(2026, 1, 6, 23, 59, 59, 999999),
    datetime(2024, 2, 29, 12),
    datetime(1970, 1, 1),
    datetime(1969, 12, 31, 23, 59, 59, 999999),
    datetime(1900, 1, 1, 0, 0, 1),
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, 999999),
    datetime(2026, 3, 29, 1, 30),
]

DUE = [
    None,
    datetime(2026, 6, 1, 17, tzinfo=UTC),
    datetime(2026, 6, 1, 17, 0, 0, 500000, tzinfo=UTC),
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 6, 1, 17, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(2026, 10, 25, 0, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
]

PRIORITIES = [0, 1, 2, 3, -1, 2147483647, -2147483648]

# Linus has tasks too: an inactive user must not see them.
OWNERS = [ADA, ADA, ADA, GRACE, ADA, ZOE, ADA, GRACE, LINUS, ADA]
PROJECTS_OF = {ADA: [ENGINE, None, CAFE], GRACE: [COMPILER, None], LINUS: [None], ZOE: [None]}

TASKS = 120


def pick(values: list[Any], number: int) -> Any:
    return values[number % len(values)]


def tasks() -> list[Row]:
    """Lists of coprime lengths are walked side by side, so that every value meets many others."""
    return [task(number) for number in range(TASKS)]


def task(number: int) -> Row:
    owner = pick(OWNERS, number)
    title = pick(TITLES, number)
    return {
        "id": number + 1,
        "title": title if number < len(TITLES) else f"{title[:240]} #{number + 1}",
        "description": pick(DESCRIPTIONS, number // 2),
        "status": pick(list(TaskStatus), number // 3),
        "priority": pick(PRIORITIES, number),
        "estimate_hours": pick(FLOATS, number // 3),
        "created_at": pick(INSTANTS, number),
        "updated_at": None if number % 3 == 0 else pick(INSTANTS, number // 4 + 1),
        "due_at": pick(DUE, number // 5),
        "owner_id": owner,
        "project_id": pick(PROJECTS_OF[owner], number // 10),
    }
