"""What comes up: refused in words while it comes if it is no list, and then nothing of it is kept."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from audienceos.agency.tokens import make_token
from audienceos.app import Parts
from audienceos.platform.settings import Settings
from audienceos.platform.web.uploads import MEGABYTE
from tests.cast import HOST, Player
from tests.clients.importing import importer
from tests.clients.importing.importer import IMPORTS, table

GOOD = table("Name|Domain", "Oxbow|oxbow.example")


def files_in(settings: Settings, player: Player) -> list[Path]:
    """What the storage holds of this player's agency."""
    return list((settings.data_dir / "files").glob(f"*/{player.agency_id}/*"))


def workbook(rows: list[list[str]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def archive(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return held.getvalue()


async def test_a_file_is_kept_with_its_import(ines: Player, settings: Settings) -> None:
    view = await importer.upload(ines, GOOD, "clients.csv")
    assert (view["file_name"], view["file_size"], view["total"]) == ("clients.csv", len(GOOD), 1)
    (kept,) = files_in(settings, ines)
    assert kept.read_bytes() == GOOD


BAD = {
    "empty": (b"", "Choose a file with something in it"),
    "blank": (b" \n\n", "The file is empty."),
    "header only": (b"Name,Domain\n", "a header and no rows"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF document, not a table."),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is an image, not a table."),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "This is a web page (HTML)"),
    "JSON": (b'{"companies": []}', "This is a JSON document"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .xlsx or CSV"),
    "an archive": (archive(a=b"x"), "This is an archive (such as .zip), not a table."),
    "a broken workbook": (workbook([["Name"], ["Oxbow"]])[:2000], "The workbook is damaged"),
    "an open quote": (
        b'Name,City\n"Oxbow,Bern\nAcme,Basel\n',
        "The quote that opens on line 2 is not closed",
    ),
    "two headers alike": (b"Name,City,name\nOxbow,Bern,x\n", "Several columns have the same name"),
    "NUL": (b"Name,City\nOxbow,Be\0rn\n", "Line 2 holds a NUL character"),
    "no encoding": (b"Name,City\n" + bytes(range(128, 256)) * 40, "characters can't be read"),
    "a long cell": (b"Name,City\nOxbow," + b"x" * 150_000, "is longer than"),
    "too wide": (
        b",".join(b"c%d" % n for n in range(300)) + b"\n" + b",".join([b"1"] * 300) + b"\n",
        "at most 200 can be imported",
    ),
    "too many rows": (b"Name\n" + b"Oxbow\n" * 50_001, "The file has more than 50,000 rows."),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
async def test_what_is_no_list_is_refused_and_not_kept(
    ines: Player, settings: Settings, content: bytes, sentence: str
) -> None:
    answer = await ines.post(f"{IMPORTS}?file_name=list.csv", content=content)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "file"
    assert sentence in fault["message"]
    page = await ines.post(ines.at("/imports"), files={"file": ("list.csv", content)})
    assert page.status_code == 422
    assert 'aria-describedby="e-file"' in page.text
    assert (await ines.get(IMPORTS)).json()["items"] == []
    assert files_in(settings, ines) == []


async def test_exactly_fifty_thousand_rows_are_taken(ines: Player) -> None:
    lines = "\n".join(f"Client {n}" for n in range(50_000))
    assert (await importer.upload(ines, f"Name\n{lines}\n".encode()))["total"] == 50_000


async def pieces(size: int, told: list[int]) -> AsyncIterator[bytes]:
    """So many bytes of a list, piece by piece; `told` says how far it got."""
    yield b"Name,Notes\n"
    line = b"Oxbow," + b"y" * 4000 + b"\n"
    piece = line * 16
    while told[0] < size:
        told[0] += len(piece)
        yield piece


async def test_more_than_fifty_megabytes_are_refused_while_they_come(
    ines: Player, settings: Settings
) -> None:
    told = [0]
    tracemalloc.start()
    answer = await ines.post(IMPORTS, content=pieces(200 * MEGABYTE, told))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "larger than 50 MB. Split it" in answer.json()["detail"]
    assert told[0] < 51 * MEGABYTE  # the rest was never asked for
    assert most < 8 * MEGABYTE  # and nothing of it was held
    assert files_in(settings, ines) == []


async def test_an_announced_size_is_refused_before_the_first_byte(ines: Player) -> None:
    told = [0]
    size = {"Content-Length": str(60 * MEGABYTE)}
    answer = await ines.post(IMPORTS, content=pieces(60 * MEGABYTE, told), headers=size)
    assert answer.status_code == 413
    assert told[0] == 0


async def test_a_form_says_its_token_before_its_file(ines: Player, settings: Settings) -> None:
    browser, own = ines.browser, {"Origin": HOST}
    token, file = ("_csrf", (None, ines.csrf)), ("file", ("list.csv", GOOD))
    sent = await browser.post(ines.at("/imports"), files=[token, file], headers=own)
    assert sent.status_code == 303
    for parts in ([file, token], [file], [("_csrf", (None, "0" * 64)), file]):
        answer = await browser.post(ines.at("/imports"), files=parts, headers=own)
        assert (answer.status_code, 'data-problem="csrf"' in answer.text) == (403, True)
    assert len(files_in(settings, ines)) == 1


async def test_another_sites_page_uploads_nothing(ines: Player) -> None:
    for origin in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        headers = {"X-CSRF-Token": ines.csrf, "AudienceOS-Agency": ines.slug, **origin}
        answer = await ines.browser.post(IMPORTS, content=GOOD, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    headers = {"Origin": HOST, "AudienceOS-Agency": ines.slug}
    answer = await ines.browser.post(IMPORTS, content=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_a_form_that_breaks_off_keeps_nothing(ines: Player, settings: Settings) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + GOOD
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    for body in (part, part + b"\r\n--b", b"--c\r\n\r\n", b"nothing of the kind"):
        answer = await ines.post(IMPORTS, content=body, headers=form)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_upload"), body
    headers = {"Content-Type": "multipart/form-data"}
    assert (await ines.post(IMPORTS, content=part, headers=headers)).status_code == 400
    assert files_in(settings, ines) == []


async def test_one_file_at_a_time(ines: Player) -> None:
    two = [("file", ("a.csv", GOOD)), ("file", ("b.csv", GOOD))]
    assert (await ines.post(IMPORTS, files=two)).json()["code"] == "bad_upload"
    fields = {"note": "x" * 5000}
    answer = await ines.post(IMPORTS, data=fields, files={"file": ("a.csv", GOOD)})
    assert answer.status_code == 400


async def test_a_form_of_a_program_is_taken_too(ines: Player) -> None:
    answer = await ines.post(IMPORTS, files={"file": ("a.csv", GOOD)})
    assert (answer.status_code, answer.json()["file_name"]) == (201, "a.csv")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ines\\Kunden.csv", "Kunden.csv"),
        ("Ümläut 東京.csv", "Ümläut 東京.csv"),
        ("", "list"),
        ("x" * 300 + ".csv", "x" * 200),
    ],
)
async def test_a_files_name_is_a_word_and_never_a_path(
    ines: Player, settings: Settings, said: str, kept: str
) -> None:
    answer = await ines.post(IMPORTS, params={"file_name": said}, content=GOOD)
    assert answer.json()["file_name"] == kept
    assert [path.name for path in files_in(settings, ines) if kept in path.name] == []


async def test_a_token_uploads_if_it_may_write(ines: Player, parts: Parts) -> None:
    async with parts.database.acting(ines.claims) as db:
        reader, writer = (
            await make_token(db, "Reads", ["read"]),
            await make_token(db, "Writes", ["read", "write"]),
        )
    for token, status in ((reader, 403), (writer, 201)):
        headers = {"Authorization": f"Bearer {token.token}"}
        ines.browser.cookies.clear()
        answer = await ines.browser.post(IMPORTS, content=GOOD, headers=headers)
        assert answer.status_code == status, answer.text


async def test_a_workbook_is_known_by_what_it_is(ines: Player) -> None:
    content = workbook([["Name", "Domain"], ["Oxbow", "oxbow.example"]])
    view = await importer.upload(ines, content, "not-what-it-says.csv")
    assert (view["kind"], view["sheet"], view["total"]) == ("workbook", "Sheet", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_any_usual_encoding_and_delimiter_is_read(ines: Player, encoding: str, delimiter: str) -> None:
    text = f"Name{delimiter}City\r\nMüller & Söhne{delimiter}Zürich\r\nCafé{delimiter}Genève\r\n"
    view = await importer.upload(ines, text.encode(encoding))
    assert importer.columns(view)["City"]["samples"] == ["Zürich", "Genève"]
    assert view["delimiter"] == delimiter
