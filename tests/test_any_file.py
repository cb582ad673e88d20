"""Whatever a file holds, an export, an mbox, a sitemap, a card, a workbook: it is read, or refused with a sentence."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.bounces.events import read_event
from harvester.extract.sitemap import LOCATIONS_MAX, extract_sitemap
from harvester.mailbox.exports import read_export
from harvester.mailbox.files import read_path
from harvester.model import RejectedLine, Seed
from harvester.seeds import SeedListError, read_seeds
from tests.reading import mentions

HUGE = "9" * 5000  # more digits than int() takes from a text
PIECES = st.sampled_from(
    [
        "{", "}", "[", "]", ",", ":", "\n", '"', '"event"', '"bounce"', '"email"', '"a@b.example"', '"items"', "null",
        "1e999", "email;event\n", "a@b.example;bounced\n", "\t", "\r", "\0", "é", "\ufeff", HUGE, "NaN",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from([".csv", ".tsv", ".json", ".jsonl"]))
def test_any_export_is_events_or_problems(content: str, suffix: str) -> None:
    for item in read_export(io.BytesIO(content.encode()), f"export{suffix}"):
        assert bool(item.problem) is (item.event is None)
        if item.event is not None:
            read_event(item.event)


LINES = st.sampled_from(
    [b"", b"From x", b"From a@b.example Mon Jun  1 10:00:00 2026", b">From a", b"Subject: x", b"\xff"]
)


@given(st.lists(st.lists(LINES, min_size=1, max_size=6).filter(any), max_size=4))
def test_any_mbox_gives_back_its_mails(mails: list[list[bytes]]) -> None:
    written = b""
    for mail in mails:  # as mboxrd, the only form of the four that says everything
        quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in mail]
        written += b"From us@our.example Mon Jun  1 10:00:00 2026\n" + b"\n".join(quoted) + b"\n\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mails.mbox")
        file.write_bytes(written)
        assert [item.raw for item in read_path(str(file))] == [b"\n".join(mail) + b"\n\n" for mail in mails]


@given(st.text(alphabet="<>/locsitemapndxurl:![CDATA&;#38 \n", max_size=200))
@example("<sitemapindex><loc>" + "<loc>https://acme.example/</loc>" * (LOCATIONS_MAX + 5))
def test_any_sitemap(source: str) -> None:
    found = extract_sitemap(source)
    assert len(found.urls) <= LOCATIONS_MAX
    assert len(set(found.urls)) == len(found.urls)


CARD = st.sampled_from(
    [
        "BEGIN:VCARD\r\n", "END:VCARD\r\n", "EMAIL;TYPE=work:info@acme.example\r\n", "EMAIL", ":", ";", "=", "\r\n ",
        "FN:", "ENCODING=QUOTED-PRINTABLE:", "=40", "=\r\n", "ENCODING=b:", "aW5mb0BhY21lLmV4YW1wbGU=", "\\n", "é",
        "item1.", "\0",
    ]
)  # fmt: skip


@given(st.lists(CARD, max_size=25).map("".join))
def test_any_card_gives_addresses_or_none(source: str) -> None:
    for mention in mentions("BEGIN:VCARD\r\n" + source, "text/vcard"):
        assert "@" in mention.address


def _workbook() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["domain", "name"], ["acme.example", 1.5], ["beta.example", True]):
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


PARTS = _workbook()


def _seeds_of(parts: dict[str, bytes], *, cut: int | None = None) -> list[Seed | RejectedLine]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
            for name, content in parts.items():
                book.writestr(name, content)
        if cut is not None:
            file.truncate(cut)
        file.flush()
        return list(read_seeds(file.name))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_workbook_is_read_or_refused(part: str, data: st.DataObject) -> None:
    whole = PARTS[part]
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, min(len(whole), begin + 40)))
    piece = data.draw(
        st.one_of(st.binary(max_size=8), st.sampled_from([b"<v>9e999</v>", b' t="s"', b' s="99"', b' r="1A"']))
    )
    with suppress(SeedListError):
        assert all(
            isinstance(entry, Seed | RejectedLine)
            for entry in _seeds_of(PARTS | {part: whole[:begin] + piece + whole[end:]})
        )


SHEET = "xl/worksheets/sheet1.xml"
# What the library raises for each, BUGS_CAUGHT but the last two.
DAMAGED = [
    ("[Content_Types].xml", b"ContentType=", b"Content=", TypeError),
    ("xl/workbook.xml", b"sheetId=", b"sheet=", TypeError),
    (SHEET, b't="n"><v>1.5', b't="s"><v>1', IndexError),  # a shared text that is not there
    (SHEET, b"<v>1.5</v>", b"<v>1.5.5</v>", ValueError),
    (SHEET, b"</sheetData>", b"</sheet>", SyntaxError),
]


@pytest.mark.parametrize(("part", "old", "new", "cause"), DAMAGED)
def test_damaged_workbooks_are_refused(part: str, old: bytes, new: bytes, cause: type[Exception]) -> None:
    with pytest.raises(SeedListError, match="save it anew") as caught:
        _seeds_of(PARTS | {part: PARTS[part].replace(old, new)})
    assert isinstance(caught.value.__cause__, cause)


def test_a_workbook_that_is_cut_off_is_refused() -> None:
    for cut in range(0, 4000, 400):
        with pytest.raises(SeedListError):
            _seeds_of(PARTS, cut=cut)
