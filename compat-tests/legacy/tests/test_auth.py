"""Who gets in, and what the others are told."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from app.config import settings
from conftest import ADA, LINUS, ZOE, bearer

FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


def sign(claims, key=None, algorithm="HS256"):
    return jwt.encode(claims, settings.SECRET_KEY if key is None else key, algorithm=algorithm)


@pytest.mark.parametrize(
    ("email", "password", "user_id"),
    [
        ("ada@example.com", "correct horse battery staple", ADA),
        ("zoe@example.com", "überraschung im café ☕", ZOE),
    ],
)
def test_login_gives_a_token_for_a_day(client, email, password, user_id):
    answer = client.post("/auth/login", data={"username": email, "password": password})
    assert answer.status_code == 200
    assert list(answer.json()) == ["access_token", "token_type"]
    assert answer.json()["token_type"] == "bearer"
    claims = jwt.decode(answer.json()["access_token"], settings.SECRET_KEY, algorithms=["HS256"])
    assert list(claims) == ["sub", "exp"]
    assert claims["sub"] == str(user_id)
    left = datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "correct horse battery stapl"),
        ("Ada@example.com", "correct horse battery staple"),
        ("nobody@example.com", "correct horse battery staple"),
        ("ada@example.com", "x" * 73),
    ],
)
def test_wrong_login_does_not_say_what_was_wrong(client, email, password):
    answer = client.post("/auth/login", data={"username": email, "password": password})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Incorrect email or password"}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_inactive_user_neither_logs_in_nor_uses_a_token(client):
    form = {"username": "linus@example.com", "password": "talk is cheap show code"}
    for answer in [
        client.post("/auth/login", data=form),
        client.get("/users/me", headers=bearer(LINUS)),
    ]:
        assert answer.status_code == 400
        assert answer.json() == {"detail": "Inactive user"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": ""}])
def test_no_token_is_not_authenticated(client, headers):
    answer = client.get("/users/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "garbage",
        sign({"sub": "1", "exp": FUTURE}, key="another secret, as long as the first one"),
        sign({"sub": "1", "exp": FUTURE}, algorithm="HS384"),
        sign({"sub": "1", "exp": FUTURE}, key="", algorithm="none"),
        sign({"sub": "1", "exp": datetime(2020, 1, 1, tzinfo=UTC)}),
        sign({"sub": "1"}),
        sign({"exp": FUTURE}),
        *(
            sign({"sub": sub, "exp": FUTURE})
            for sub in ["", "ada", "-1", " 1", "1_0", "1.0", "١", "2147483648", "9" * 5000]
        ),
        sign({"sub": "424242", "exp": FUTURE}),
    ],
)
def test_bad_token_or_missing_user_could_not_be_validated(client, token):
    answer = client.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Could not validate credentials"}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_registered_user_logs_in_once_registered(client):
    new = {"email": "new@example.com", "password": "a new password", "full_name": "Ñ"}
    made = client.post("/auth/register", json=new)
    assert made.status_code == 201
    assert list(made.json()) == ["id", "email", "full_name", "is_active", "created_at"]
    assert made.json()["id"] > 1000

    again = client.post("/auth/register", json=new)
    assert again.status_code == 400
    assert again.json() == {"detail": "Email already registered"}

    form = {"username": new["email"], "password": new["password"]}
    token = client.post("/auth/login", data=form).json()["access_token"]
    me = client.get("/users/me", headers={"Authorization": f"bearer {token}"})
    assert me.json() == made.json()


def test_changed_password_is_the_only_one(client):
    new = {"email": "changes@example.com", "password": "the first one"}
    assert client.post("/auth/register", json=new).status_code == 201

    def log_in(password):
        form = {"username": new["email"], "password": password}
        return client.post("/auth/login", data=form)

    headers = {"Authorization": f"Bearer {log_in(new['password']).json()['access_token']}"}

    def change(current, chosen):
        body = {"current_password": current, "new_password": chosen}
        return client.patch("/users/me/password", headers=headers, json=body)

    wrong = change("not the first", "the second one")
    assert wrong.status_code == 400
    assert wrong.json() == {"detail": "Incorrect password"}
    for unusable in ["short", "é" * 37]:
        assert change(new["password"], unusable).status_code == 422
    changed = change(new["password"], "the second one")
    assert changed.status_code == 200
    assert changed.json() == {"message": "Password changed"}
    assert log_in("the first one").status_code == 401
    assert log_in("the second one").status_code == 200


@pytest.mark.parametrize(
    ("change", "location", "kind"),
    [
        ({"email": "not an address"}, ["body", "email"], "value_error"),
        ({"password": "short"}, ["body", "password"], "string_too_short"),
        ({"password": "x" * 73}, ["body", "password"], "value_error"),
        ({"password": "é" * 37}, ["body", "password"], "value_error"),
    ],
)
def test_unusable_registration_is_refused(client, change, location, kind):
    new = {"email": "other@example.com", "password": "long enough"} | change
    answer = client.post("/auth/register", json=new)
    assert answer.status_code == 422
    found = [(error["loc"], error["type"]) for error in answer.json()["detail"]]
    assert found == [(location, kind)]
