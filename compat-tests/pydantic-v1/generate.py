"""Writes mistakes.jsonl: what Pydantic 2 says of a mistake, and what Pydantic 1 says of the same.

    python generate.py PYTHON_WITH_PYDANTIC_1 PYTHON_WITH_PYDANTIC_2 > mistakes.jsonl

The first interpreter has fastapi==0.99.1, pydantic==1.10.* and email-validator, the second is .dev/python/newest. Kept
are the mistakes that both tell, in the same places.
"""

import json
import pathlib
import subprocess
import sys

# What Pydantic 1 takes for another mistake, because it first makes a text of a number, a whole number of a fraction, or
# a number of an IntEnum's text. Only the words are told in its way, so these stay what Pydantic 2 found.
OTHERS = {
    ("enum", "type_error.integer"),
    ("int_from_float", "value_error.number"),
    ("string_type", "value_error"),
    ("url_parsing", "value_error.any_str"),
    ("url_type", "value_error.url"),
}


def told(python):
    script = pathlib.Path(__file__).with_name("mistakes.py")
    lines = subprocess.run([python, script], check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


for one, two in zip(told(sys.argv[1]), told(sys.argv[2]), strict=True):
    assert one[:2] == two[:2]
    if not (one[2] and two[2]):
        continue
    ones, twos = one[2]["detail"], two[2]["detail"]
    if [error["loc"] for error in ones] != [error["loc"] for error in twos]:
        continue
    for error, newer in zip(ones, twos):
        if any(newer["type"] == new and error["type"].startswith(old) for new, old in OTHERS):
            continue
        row = {"of": one[0], "body": one[1], "two": newer, "one": error}
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
