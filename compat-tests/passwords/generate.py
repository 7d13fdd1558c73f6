"""What Python's libraries store of a password: one row of JSON per library, form and password.

    python3 -m venv /tmp/passwords && /tmp/passwords/bin/pip install -r compat-tests/passwords/requirements.txt
    /tmp/passwords/bin/python compat-tests/passwords/generate.py > compat-tests/passwords/hashes.jsonl

`by` is the library and the form; `password` is what was given, `wrong` something near it that the library refuses;
`long` says that bcrypt's 72 bytes were passed. Everything is as cheap as the library allows: what is tested is that a
hash means the same to us.
"""

import json
import sys

import argon2
import bcrypt
from passlib import hash as passlib
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

PASSWORDS = [
    "correct horse battery staple",
    "",
    " spaces around ",
    "pässwörd ☃ 𝕏",
    "e\u0301 is not \u00e9",
    "p" * 72,
    "é" * 36,
    "long" * 250,
]
NUL = "before\0after"
LONG = ["p" * 73, "é" * 37, "x" * 200]

ARGON2 = {"memory_cost": 64, "time_cost": 2, "parallelism": 2}


def wrong(password: str) -> str:
    return password[:-1] + ("A" if password[-1:] != "A" else "B")


def row(by: str, password: str, stored: str, verifies, **more) -> None:
    other = wrong(password) if "long" not in more else "q" + password[1:]
    assert verifies(password, stored), (by, password)
    assert not verifies(other, stored), (by, other)
    shown = {"by": by, "password": password, "wrong": other, "hash": stored, **more}
    print(json.dumps(shown, ensure_ascii=False))


def of_bcrypt() -> None:
    def verifies(password, stored):
        return bcrypt.checkpw(password.encode(), stored.encode())

    short = [password for password in [*PASSWORDS, NUL] if len(password.encode()) <= 72]
    for password in short:
        stored = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
        row("bcrypt", password, stored, verifies)
    for version in ("2a", "2x", "2y"):
        row(f"bcrypt ${version}$", "versions", f"${version}$" + bcrypt_of("versions")[4:], verifies)
    for password in LONG:
        stored = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
        row("bcrypt < 5", password, stored, verifies, long=True)
    stored = BcryptHasher(rounds=4).hash("pwdlib")
    row("pwdlib bcrypt", "pwdlib", stored, lambda password, stored: BcryptHasher().verify(password, stored))
    row("bcrypt of a higher cost", "costly", bcrypt.hashpw(b"costly", bcrypt.gensalt(10)).decode(), verifies)


def bcrypt_of(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def of_argon2() -> None:
    for kind in argon2.Type:
        for version in (0x10, 0x13):
            for password in [*PASSWORDS, NUL]:
                stored = argon2.low_level.hash_secret(
                    password.encode(), b"0123456789abcdef", **ARGON2, hash_len=32, type=kind, version=version
                ).decode()
                row(f"argon2-cffi {kind.name} v{version}", password, stored, checked_by_argon2)
    # Before there were versions, none was written.
    stored = argon2.low_level.hash_secret(
        b"no version", b"0123456789abcdef", **ARGON2, hash_len=16, type=argon2.Type.I, version=0x10
    ).decode()
    row("argon2-cffi without v=", "no version", stored.replace("$v=16", ""), checked_by_argon2)
    hasher = Argon2Hasher()
    row("pwdlib argon2", "pwdlib", hasher.hash("pwdlib"), lambda password, stored: hasher.verify(password, stored))
    by = passlib.argon2
    row("passlib argon2", "passlib", by.using(rounds=1, memory_cost=64).hash("passlib"), by.verify)


def checked_by_argon2(password: str, stored: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(stored, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def of_passlib() -> None:
    cheap = {
        "bcrypt": passlib.bcrypt.using(rounds=4),
        "bcrypt_sha256": passlib.bcrypt_sha256.using(rounds=4),
        "bcrypt_sha256 v1": passlib.bcrypt_sha256.using(rounds=4, version=1),
        "pbkdf2_sha1": passlib.pbkdf2_sha1.using(rounds=3),
        "pbkdf2_sha256": passlib.pbkdf2_sha256.using(rounds=3),
        "pbkdf2_sha512": passlib.pbkdf2_sha512.using(rounds=3),
        "scrypt": passlib.scrypt.using(rounds=4),
        "sha256_crypt": passlib.sha256_crypt.using(rounds=1000),
        "sha512_crypt": passlib.sha512_crypt.using(rounds=1000),
        "ldap_salted_sha1": passlib.ldap_salted_sha1,
        "ldap_salted_sha256": passlib.ldap_salted_sha256,
        "ldap_salted_sha512": passlib.ldap_salted_sha512,
        "ldap_salted_md5": passlib.ldap_salted_md5,
        "ldap_sha1": passlib.ldap_sha1,
        "ldap_md5": passlib.ldap_md5,
        "django_salted_sha1": passlib.django_salted_sha1,
        "django_salted_md5": passlib.django_salted_md5,
    }
    for name, by in cheap.items():
        with_nul = [] if name.startswith(("bcrypt", "sha256_crypt", "sha512_crypt")) else [NUL]
        for password in [*PASSWORDS, *with_nul]:
            if name == "bcrypt" and len(password.encode()) > 72:
                continue
            row(f"passlib {name}", password, by.hash(password), by.verify)
    for password in LONG:
        row("passlib bcrypt", password, cheap["bcrypt"].hash(password), passlib.bcrypt.verify, long=True)
    for name, salt in (("no salt", b""), ("a long salt", b"s" * 64)):
        by = passlib.pbkdf2_sha256.using(rounds=3, salt=salt)
        row(f"passlib pbkdf2_sha256 with {name}", "salted", by.hash("salted"), by.verify)
    for by in (passlib.sha256_crypt, passlib.sha512_crypt):
        row(f"passlib {by.name} without rounds", "implicit", by.using(rounds=5000).hash("implicit"), by.verify)
    row("passlib scrypt ln=10", "scrypt", passlib.scrypt.using(rounds=10, block_size=4).hash("scrypt"), passlib.scrypt.verify)


def main() -> None:
    of_bcrypt()
    of_argon2()
    of_passlib()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
