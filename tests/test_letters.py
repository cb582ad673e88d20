"""Letters and objections out of tables and folders of sent mail."""

import mailbox
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from harvester.letters import TableError, is_sent_mail, read_objections, read_sent_mail, read_sent_table
from harvester.letters.dates import is_month_first, parse_moment
from harvester.letters.table import kinds_of
from harvester.model import Letter, RejectedLine
from harvester.spans import parse_span

NOW = datetime(2026, 11, 25, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
ANNA = "anna@acme.example"

HEADERS = [
    ("email,date,replied", ["address", "date", "replied"]),
    ("E-Mail-Adresse;Gesendet am;Antwort", ["address", "date", "replied"]),
    ("Recipient Email\tSent At\tReplied At", ["address", "date", "replied"]),
    ("Destinataire;Date d'envoi;Réponse", ["address", "date", "replied"]),
    ("correo electrónico,fecha,respondido", ["address", "date", "replied"]),
    ("收件人,发送日期,已回复", ["address", "date", "replied"]),
    ("宛先,送信日時,返信", ["address", "date", "replied"]),
    ("Кому;Дата отправки;Ответ", ["address", "date", "replied"]),
    ("name,campaign", []),
    ("email,Email,date", ["address", "date"]),
]


@pytest.mark.parametrize(("header", "kinds"), HEADERS)
def test_columns_are_found_by_their_headers(header: str, kinds: list[str]) -> None:
    mark = max(",;\t", key=header.count)
    assert list(kinds_of(header.split(mark)).values()) == kinds


MOMENTS = [
    ("2026-06-01", JUNE),
    ("2026-06-01T12:30:00Z", JUNE.replace(hour=12, minute=30)),
    ("2026-06-01 12:30:00+02:00", JUNE.replace(hour=10, minute=30)),
    ("01.06.2026", JUNE),
    ("1.6.26 09:05", JUNE.replace(hour=9, minute=5)),
    ("2026/06/01", JUNE),
    ("1/6/2026 9:05 PM", JUNE.replace(hour=21, minute=5)),
    ("Mon, 01 Jun 2026 12:30:00 +0200", JUNE.replace(hour=10, minute=30)),
    ("1. Juni 2026", JUNE),
    ("1 juin 2026", JUNE),
    ("2026年6月1日", JUNE),
    ("1780272000", JUNE),
    ("1780272000000", JUNE),
]
NO_MOMENTS = ["", "yes", "32.13.2026", "2026", "June", "2026-13-01", "never", "12"]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_dates(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_not_dates(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        parse_moment(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        moment = parse_moment(text)
    except ValueError:
        return
    assert moment.tzinfo is not None


ORDERS = [
    (["01/06/2026", "25/06/2026"], False),
    (["06/01/2026", "06/25/2026"], True),
    (["01/06/2026"], None),
    (["25.06.2026", "2026-06-25"], None),
]


@pytest.mark.parametrize(("texts", "month_first"), ORDERS)
def test_which_comes_first(texts: list[str], month_first: bool | None) -> None:
    assert is_month_first(texts) is month_first


SPANS = [
    ("4h", timedelta(hours=4)),
    ("30d", timedelta(30)),
    ("30", timedelta(30)),
    ("2w", timedelta(14)),
    ("2y", timedelta(730)),
    ("0", timedelta(0)),
]


@pytest.mark.parametrize(("text", "span"), SPANS)
def test_spans(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "d", "-1d", "1.5d", "2 years", "1m2s", "999999999y", "٣d"])
def test_not_spans(text: str) -> None:
    with pytest.raises(ValueError, match="is "):
        parse_span(text)


def read(tmp_path: Path, text: str, name: str = "s.csv") -> list[Letter | RejectedLine]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return list(read_sent_table(path, now=NOW))


def test_a_table_of_letters(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "\ufeffsep=;\nEmpfänger;Datum;Antwort\n"
        '"Anna Berg <anna@ACME.example>";01.06.2026;\n'
        "joe@acme.example;01.06.2026 10:00;ja\n"
        "'=x@acme.example;01.06.2026;03.06.2026\n"
        "\n"
        "li@acme.example;01.06.2026;nein\n",
    )
    ten = JUNE.replace(hour=10)
    assert rows == [
        Letter(address=ANNA, sent_at=JUNE),
        Letter(address="joe@acme.example", sent_at=ten, replied_at=ten),
        Letter(address="=x@acme.example", sent_at=JUNE, replied_at=JUNE + timedelta(2)),
        Letter(address="li@acme.example", sent_at=JUNE),
    ]


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_of_letters(tmp_path: Path) -> None:
    june = datetime(2026, 6, 1)  # noqa: DTZ001  Excel knows no zones
    path = workbook(tmp_path / "sent.xlsx", ("Email", "Sent on", "Replied"), (ANNA, june, None), (), ("joe", june))
    letter, bad = read_sent_table(path, now=NOW)
    assert letter == Letter(address=ANNA, sent_at=JUNE)
    assert isinstance(bad, RejectedLine)
    assert (bad.line, "not one e-mail address" in bad.reason) == (4, True)


@pytest.mark.parametrize("name", ["sent.xlsx", "sent.xls", "sent.csv"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(TableError, match=name):
        list(read_sent_table(tmp_path / name, now=NOW))


def test_a_cell_may_go_on_over_lines(tmp_path: Path) -> None:
    (letter,) = read(tmp_path, f'note,email,date\n"first\nsecond",{ANNA},2026-06-01\n')
    assert letter == Letter(address=ANNA, sent_at=JUNE)


BAD_ROWS = [
    ("acme,2026-06-01", "is not one e-mail address"),
    ("a@b.example c@d.example,2026-06-01", "is not one e-mail address"),
    (f"{ANNA},soon", "is no date"),
    (f"{ANNA},", "is no date"),
    (f"{ANNA},2027-06-01", "lies in the future"),
    (ANNA, "is no date"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_bad_row_is_reported_and_the_others_are_read(tmp_path: Path, row: str, reason: str) -> None:
    bad, good = read(tmp_path, f"email,date\n{row}\n{ANNA},2026-06-01\n")
    assert isinstance(bad, RejectedLine)
    assert bad.line == 2
    assert reason in bad.reason
    assert good == Letter(address=ANNA, sent_at=JUNE)


@pytest.mark.parametrize("text", ["", "email\nanna@acme.example\n", "anna@acme.example,2026-06-01\n", "x,y\n1,2\n"])
def test_a_table_without_these_columns_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, text)
    assert "s.csv" in str(caught.value)


def test_american_dates(tmp_path: Path) -> None:
    rows = read(tmp_path, f"email,date\n{ANNA},06/01/2026\n{ANNA},06/25/2026\n")
    assert [letter.sent_at.day for letter in rows if isinstance(letter, Letter)] == [1, 25]


# --- sent mail ---


def make_mail(to: str = ANNA, *, date: str = "Mon, 01 Jun 2026 12:00:00 +0200", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Me <me@we.example>"
    message["To"] = to
    if date:
        message["Date"] = date
    for name, value in headers.items():
        message[name] = value
    message["Subject"] = "Grüße"
    message.set_content("From a@b.example\nTo: nobody@acme.example\n")
    return message


TEN = JUNE.replace(hour=10)
MAILS = [
    (make_mail(), [ANNA]),
    (make_mail("Berg, Anna <anna@acme.example>, joe@acme.example",
               Cc="me@we.example, li@acme.example", Bcc="x@y.example"),
     [ANNA, "joe@acme.example", "li@acme.example", "x@y.example"]),
    (make_mail("undisclosed-recipients:;", Bcc=ANNA), [ANNA]),
    (make_mail("=?utf-8?q?J=C3=B6rg?= <joerg@acme.example>"), ["joerg@acme.example"]),
]  # fmt: skip


def fill(kind: str, path: Path) -> None:
    if kind == "eml":
        path.mkdir()
        for number, (mail, _) in enumerate(MAILS):
            (path / f"{number}.eml").write_bytes(mail.as_bytes())
        return
    with closing((mailbox.mbox if kind == "mbox" else mailbox.Maildir)(str(path))) as box:
        for mail, _ in MAILS:
            box.add(mail)


@pytest.mark.parametrize("kind", ["mbox", "maildir", "eml"])
def test_sent_mail(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "Sent"
    fill(kind, path)
    assert is_sent_mail(path)
    letters = list(read_sent_mail(path, now=NOW))
    assert sorted(letter.address for letter in letters) == sorted(a for _, found in MAILS for a in found)
    assert {letter.sent_at for letter in letters} == {TEN}


@pytest.mark.parametrize("date", ["", "soon", "Mon, 01 Jun 2037 12:00:00 +0200"])
def test_a_mail_without_a_date_is_reported(tmp_path: Path, date: str) -> None:
    (tmp_path / "a.eml").write_bytes(make_mail(date=date).as_bytes())
    (rejected,) = read_sent_mail(tmp_path, now=NOW)
    assert isinstance(rejected, RejectedLine)


def test_a_table_is_no_sent_mail(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("From,To\n", "utf-8")
    assert not is_sent_mail(path)


# --- objections ---


def test_lists_of_objections(tmp_path: Path) -> None:
    plain, table = tmp_path / "plain.txt", tmp_path / "table.csv"
    plain.write_text("# who asked\nAnna@acme.example\n\nsued.example\ngmail.com\n", "utf-8")
    table.write_text("E-Mail;Grund;Datum\nanna@acme.example;rief an;1.6.2026\n", "utf-8")
    anna, sued, refused = read_objections(plain)
    assert (anna.key, sued.key) == (ANNA, "sued.example")
    assert (refused.line, "free provider" in refused.reason) == (5, True)
    book = workbook(tmp_path / "table.xlsx", ("E-Mail", "Grund", "Datum"), (ANNA, "rief an", "1.6.2026"))
    for path in (table, book):
        (row,) = read_objections(path)
        assert (row.key, row.reason, row.date) == (ANNA, "rief an", JUNE)
