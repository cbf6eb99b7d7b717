"""What HTML forms send: read once, judged whole, and not remembered."""

from __future__ import annotations

import httpx
from litestar._parsers import parse_url_encoded_form_data

from audienceos.platform.auth.csrf import token_for

PATH = "/_probe/form"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def multipart(*parts: bytes) -> tuple[bytes, dict[str, str]]:
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=edge"}


async def test_empty_fields_are_left_out_and_lists_repeat(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(PATH, content=b"name=+A+&size=&tags=x&tags=y&tags=&waits=true", headers=FORM)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["size"], told["tags"], told["waits"]) == ("A", 0, ["x", "y"], True)
    once = await browser.post(PATH, content=b"name=A&tags=x", headers=FORM)
    assert once.json()["tags"] == ["x"]


async def test_the_token_may_stand_in_the_form(browser: httpx.AsyncClient) -> None:
    token = browser.headers.pop("X-CSRF-Token")
    assert (await browser.post(PATH, data={"name": "A", "_csrf": token})).status_code == 201
    for wrong in ("", "é", token_for("another session")):
        answer = await browser.post(PATH, data={"name": "A", "_csrf": wrong})
        assert answer.status_code == 403, wrong
    body, headers = multipart(
        b'Content-Disposition: form-data; name="_csrf"; filename="x"\r\n\r\n' + token.encode(),
        b'Content-Disposition: form-data; name="name"\r\n\r\nA',
    )
    assert (await browser.post(PATH, content=body, headers=headers)).status_code == 403, "a file is no token"


async def test_a_form_that_can_not_be_read_is_the_callers_fault(browser: httpx.AsyncClient) -> None:
    disposition = b'Content-Disposition: form-data; name="name"\r\n'
    unreadable = [
        multipart(disposition + b"\r\n\xff\xfe"),
        multipart(disposition + b"Content-Type: text/plain; charset=no-such\r\n\r\nx"),
        (b"no multipart at all", {"Content-Type": "multipart/form-data; boundary=edge"}),
        (b"x", {"Content-Type": "multipart/form-data"}),
        (b"&".join(b"a=1" for _ in range(1001)), FORM),
    ]
    for body, headers in unreadable:
        answer = await browser.post(PATH, content=body, headers=headers)
        assert answer.status_code == 400, body[:80]


async def test_text_that_no_database_holds_is_refused_by_name(browser: httpx.AsyncClient) -> None:
    for body in (b"name=a%00b", b"name=a&tags=x&tags=%00", b"name=a%00&size=3"):
        answer = await browser.post(PATH, content=body, headers=FORM)
        assert answer.status_code == 422, answer.text


async def test_what_was_sent_is_not_kept_in_memory(browser: httpx.AsyncClient) -> None:
    before = parse_url_encoded_form_data.cache_info().currsize
    await browser.post(PATH, data={"name": "a secret of mine"})
    assert parse_url_encoded_form_data.cache_info().currsize == before
