"""Attachments: what goes up comes down, byte for byte, under its name."""

import hashlib

import pytest
from app.seed_details import attachments
from conftest import GRACE, bearer

FIELDS = ["id", "filename", "media_type", "size", "sha256", "note", "task_id", "created_at"]
SAMPLES = attachments()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_content_comes_down_as_it_is_stored(client, ada, sample):
    user = bearer(GRACE) if sample["task_id"] == 4 else ada
    answer = client.get(f"/api/attachments/{sample['id']}/content", headers=user)
    assert (answer.status_code, answer.content) == (200, sample["content"])
    known = client.get(f"/api/attachments/{sample['id']}", headers=user).json()
    assert list(known) == FIELDS
    assert known["sha256"] == hashlib.sha256(sample["content"]).hexdigest()
    assert known["size"] == len(sample["content"])


@pytest.mark.parametrize(
    ("attachment_id", "disposition", "media_type"),
    [
        (1, 'attachment; filename="plan.txt"', "text/plain; charset=utf-8"),
        (
            2,
            "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E8%A8%AD%E8%A8%88.txt",
            "text/plain; charset=utf-8",
        ),
        (3, 'attachment; filename="dot.png"', "image/png"),
        (
            5,
            "attachment; filename*=UTF-8''a%20%22quoted%22%20%5C%20name.bin",
            "application/octet-stream",
        ),
    ],
)
def test_content_has_its_name_and_type(client, ada, attachment_id, disposition, media_type):
    headers = client.get(f"/api/attachments/{attachment_id}/content", headers=ada).headers
    assert headers["content-disposition"] == disposition
    assert headers["content-type"] == media_type


def test_a_list_tells_all_but_the_contents(client, ada):
    answer = client.get("/api/tasks/1/attachments", headers=ada).json()
    assert [attachment["id"] for attachment in answer] == [1, 2, 3]
    assert list(answer[0]) == FIELDS
    assert client.get("/api/tasks/3/attachments", headers=ada).json() == []


@pytest.mark.parametrize("content", [b"", b"abc", bytes(range(256)) * 4096])
def test_an_upload_lives_and_dies(client, ada, restored, content):
    made = client.post(
        "/api/tasks/1/attachments",
        headers=ada,
        files={"file": ("grün.bin", content, "application/x-anything")},
        data={"note": "für später"},
    )
    assert made.status_code == 201
    told = made.json()
    assert list(told) == FIELDS
    assert told == {
        "id": told["id"],
        "filename": "grün.bin",
        "media_type": "application/x-anything",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "note": "für später",
        "task_id": 1,
        "created_at": told["created_at"],
    }
    path = f"/api/attachments/{told['id']}"
    assert client.get(path, headers=ada).json() == told
    assert client.get(f"{path}/content", headers=ada).content == content
    assert client.delete(path, headers=bearer(GRACE)).status_code == 404
    assert client.delete(path, headers=ada).status_code == 204
    assert client.get(f"{path}/content", headers=ada).status_code == 404


def test_a_note_may_be_left_out(client, ada, restored):
    made = client.post("/api/tasks/1/attachments", headers=ada, files={"file": ("a", b"b")})
    assert (made.status_code, made.json()["note"]) == (201, None)
    assert made.json()["media_type"] == "application/octet-stream"


def test_a_mebibyte_is_the_most(client, ada, restored):
    for size, status in [(1024 * 1024, 201), (1024 * 1024 + 1, 413)]:
        file = {"file": ("big.bin", bytes(size), "application/octet-stream")}
        answer = client.post("/api/tasks/1/attachments", headers=ada, files=file)
        assert answer.status_code == status
    assert answer.json() == {"detail": "File is larger than 1 MiB"}


def test_an_upload_without_a_file_is_refused(client, ada):
    for form in [{"data": {"note": "x"}}, {"json": {"file": "x"}}]:
        answer = client.post("/api/tasks/1/attachments", headers=ada, **form)
        assert answer.status_code == 422
        assert [error["loc"] for error in answer.json()["detail"]] == [["body", "file"]]


def test_nothing_of_somebody_else_is_read(client):
    grace = bearer(GRACE)
    for method, path, detail in [
        ("GET", "/api/attachments/1", "Attachment not found"),
        ("GET", "/api/attachments/1/content", "Attachment not found"),
        ("DELETE", "/api/attachments/1", "Attachment not found"),
        ("GET", "/api/tasks/1/attachments", "Task not found"),
    ]:
        answer = client.request(method, path, headers=grace)
        assert (answer.status_code, answer.json()) == (404, {"detail": detail})
        assert client.request(method, path).status_code == 401
    file = {"file": ("a", b"b")}
    assert client.post("/api/tasks/1/attachments", headers=grace, files=file).status_code == 404
    assert client.post("/api/tasks/1/attachments", files=file).status_code == 401
