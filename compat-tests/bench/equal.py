"""Reads two recordings of JSON lines and counts the answers that are equal: what comparing costs at the least."""

import json
import sys


def answers(path: str) -> dict[int, object]:
    with open(path, encoding="utf-8") as lines:
        return {exchange["id"]: exchange["outcome"] for exchange in map(json.loads, lines)}


recorded, run = map(answers, sys.argv[1:])
print(sum(run[id] == outcome for id, outcome in recorded.items() if id in run))
