"""Tries the mutants of a list one after the other in one binary that has them all. Writes who was noticed by whom.

    together.py COPY LIST OUTPUT TEST...

COPY is a copy of the workspace that may be changed, LIST what `cargo mutants --list --json` says of it, TEST the names of
the unit tests. In OUTPUT there is then a file of names for each of caught, missed, timeout, unviable and left; what is left
did not compile beside the others and says nothing of the tests.
"""

import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

from weave import woven

SWITCH = """//! Which mutant this process is.

use std::{env, sync::LazyLock};

static CHOSEN: LazyLock<u32> = LazyLock::new(|| env::var("MUTANT").map_or(0, |text| text.parse().unwrap_or(0)));

pub fn chosen() -> u32 {
    *CHOSEN
}
"""
BUILD = ["cargo", "test", "--package", "gateway", "--lib", "--no-run", "--message-format", "json"]
MARK = re.compile(r"/\*(?:<(?P<arm>\d+)|(?P<over>\d+)>|\[(?P<all>[\d,]+)|(?P<end>\]))\*/")
# A value of another type, or an operator that the types do not have: neither would compile alone.
OF_TYPES = {"E0277", "E0308", "E0369", "E0599", "E0600"}
MEMORY = 2 << 30
KINDS = ["caught", "missed", "timeout", "unviable", "left"]


def main(copy, listed, output, tests):
    mutants = json.loads(pathlib.Path(listed).read_text())
    for number, mutant in enumerate(mutants, 1):
        mutant["number"] = number
    copy, found = pathlib.Path(copy), {}
    binary = built(copy, mutants, found)
    limit = measured(copy, binary, tests)
    for mutant in mutants:
        if mutant["number"] not in found:
            found[mutant["number"]] = tried(copy, binary, mutant, tests, limit)
            print(f"{found[mutant['number']]:8} {mutant['name']}", flush=True)
    for kind in KINDS:
        names = [mutant["name"] for mutant in mutants if found[mutant["number"]] == kind]
        (pathlib.Path(output) / f"{kind}.txt").write_text("".join(f"{name}\n" for name in names))
    print(", ".join(f"{list(found.values()).count(kind)} {kind}" for kind in KINDS))


def built(copy, mutants, found):
    """The binary, once everything is out of it that does not compile."""
    originals = {name: (copy / name).read_text() for name in {mutant["file"] for mutant in mutants}}
    library = copy / "gateway/src/lib.rs"
    library.write_text(library.read_text() + "\npub mod mutant;\n")
    (copy / "gateway/src/mutant.rs").write_text(SWITCH)
    while True:
        regions = {}
        for name, text in originals.items():
            of_file = [mutant for mutant in mutants if mutant["file"] == name and mutant["number"] not in found]
            text, left = woven(text, of_file)
            for mutant, _ in left:
                found[mutant["number"]] = "left"
            (copy / name).write_text(text)
            regions[name] = text, marks(text)
        told = subprocess.run(BUILD, cwd=copy, stdout=subprocess.PIPE, text=True, check=False)
        messages = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        if told.returncode == 0:
            return next(one["executable"] for one in messages if one.get("executable"))
        errors = [one["message"] for one in messages if one["reason"] == "compiler-message"]
        errors = [error for error in errors if error["level"].startswith("error") and error["spans"]]
        out = {}
        for error in errors:
            out.update(blamed(error, regions, mutants))
        if not out:
            sys.exit("\n".join(error["rendered"] for error in errors) or "the copy does not compile")
        print(f"{len(out)} do not compile beside the others", flush=True)
        found.update(out)


def marks(text):
    """Where each begins and ends, the inner ones first."""
    found, still_open = [], []
    for mark in MARK.finditer(text):
        if mark["arm"]:
            still_open.append((mark.start(), [int(mark["arm"])], True))
        elif mark["all"]:
            still_open.append((mark.start(), [int(number) for number in mark["all"].split(",")], False))
        else:
            begin, numbers, is_arm = still_open.pop()
            found.append((begin, mark.end(), numbers, is_arm))
    return found


def blamed(error, regions, mutants):
    """Who is behind an error of the compiler, and what that says of them."""
    for span in sorted(error["spans"], key=lambda span: not span["is_primary"]):
        text, found = regions.get(span["file_name"], ("", []))
        lines = text.splitlines(keepends=True)[: span["line_start"] - 1]
        offset = sum(map(len, lines)) + span["column_start"] - 1
        for begin, end, numbers, is_arm in found:
            if begin <= offset < end:
                genre = mutants[numbers[0] - 1]["genre"]
                code = (error["code"] or {}).get("code")
                is_sure = is_arm and code in OF_TYPES and genre in ("FnValue", "BinaryOperator", "UnaryOperator")
                return dict.fromkeys(numbers, "unviable" if is_sure else "left")
    return {}


def bounded():
    """Some never end and ask for more memory all the while: it is refused to them, which is noticed."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(copy, binary, number, names, limit):
    settings = {**os.environ, "MUTANT": str(number), "CARGO_MANIFEST_DIR": str(copy / "gateway")}
    command = [binary, "--quiet", *names]
    how = {"cwd": copy / "gateway", "env": settings, "timeout": limit, "preexec_fn": bounded}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run(command, check=False, **how, **silent)


def measured(copy, binary, tests):
    """Several times as long as it takes without a mutant."""
    began = time.monotonic()
    if run(copy, binary, 0, tests, None).returncode != 0:
        sys.exit("the tests fail without a mutant")
    return max(60, 5 * (time.monotonic() - began))


def tried(copy, binary, mutant, tests, limit):
    # Most are noticed by the tests beside them.
    path = mutant["file"].removeprefix("gateway/src/").removesuffix(".rs").split("/")
    beside = [name for name in tests if name.split("::") == path[: name.count("::") + 1]]
    try:
        for names in [beside, tests]:
            if names and run(copy, binary, mutant["number"], names, limit).returncode != 0:
                return "caught"
    except subprocess.TimeoutExpired:
        return "timeout"
    return "missed"


if __name__ == "__main__":
    main(*sys.argv[1:4], sys.argv[4:])
