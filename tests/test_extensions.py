"""What a person sees of a run: the numbers and the words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from harvester.data.texts import LANGUAGES, load_texts
from harvester.extensions.counts import BEST_SHOWN, NetworkHealth, RunCounts
from harvester.extensions.pace import WINDOW_S, Pace, Snapshot, describe
from harvester.extensions.report import (
    RunEnd,
    WrittenFile,
    hints,
    render_summary,
)
from harvester.extensions.summary import without_password, written_files
from harvester.model import (
    AddressKind,
    AddressType,
    Company,
    CompanyStatus,
    Contact,
    Grade,
    Priority,
    Profile,
    Role,
    Seed,
    Status,
    StatusReason,
    Verification,
)


def company(status: CompanyStatus, *, name: str = "Acme", stored: bool = False, **contacts: tuple[str, int]) -> Company:
    """A company; `contacts` is local part -> (grade, score)."""
    return Company(
        seed=Seed(domain="acme.example", host="acme.example"),
        status=status,
        profile=Profile(name=name),
        pages=3,
        stored=stored,
        dropped={"placeholder": 1},
        contacts=tuple(
            Contact(
                address=f"{local}@acme.example",
                kind=AddressKind.CORPORATE,
                type=AddressType.ROLE,
                role=Role.OTHER,
                verification=Verification(reason=StatusReason.MX),
                priority=Priority(grade=Grade(grade), score=score, why=""),
            )
            for local, (grade, score) in contacts.items()
        ),
    )


def counted(*companies: Company) -> RunCounts:
    counts = RunCounts()
    for one in companies:
        counts.add(one)
    return counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_and_priority_has_a_label(language: str) -> None:
    assert set(load_texts("summary_site", language)) == set(CompanyStatus)
    assert set(load_texts("summary_grade", language)) == set(Grade)
    assert set(load_texts("summary_status", language)) == set(Status)


@pytest.mark.parametrize(("language", "sites"), [("en", "Sites"), ("zh", "网站")])
def test_summary_accounts_for_every_site(language: str, sites: str) -> None:
    counts = counted(*(company(status) for status in CompanyStatus))
    text = render_summary(counts, RunEnd(seconds=10), language=language)
    for label in load_texts("summary_site", language).values():
        assert re.search(rf"^  {re.escape(label)} +1$", text, re.MULTILINE), label
    assert re.search(rf"^{sites} +{len(CompanyStatus)}$", text, re.MULTILINE)
    rows = re.findall(r"^ *[^ \d].*? {3,}[\d,]+$", text, re.MULTILINE)
    assert {cell_len(row) for row in rows} == {55}


@pytest.mark.parametrize("stored", [False, True])
def test_limits_count_for_known_companies_too(stored: bool) -> None:
    cut = replace(company(CompanyStatus.LIMIT_REACHED, stored=stored), detail="HARVESTER_MAX_PAGES")
    text = render_summary(counted(cut, company(CompanyStatus.NO_SUCH_DOMAIN)), RunEnd(seconds=3))
    assert "\n  limits: 1 HARVESTER_MAX_PAGES\n" in text
    assert ("\n  left out: " if not stored else "\n  left out on the visits of this run: ") in text


def test_summary_in_chinese() -> None:
    counts = counted(company(CompanyStatus.CONTACTS_FOUND, sales=("A", 90)), company(CompanyStatus.NOT_VISITED))
    files = (WrittenFile(name="output/contacts.xlsx", rows=1),)
    text = render_summary(counts, RunEnd(seconds=3, files=files), language="zh")
    assert text.startswith("已完成，用时 3.0 s：读取 ")
    assert re.search(r"output/contacts.xlsx +1 行", text)
    assert "还有 1 个网站 未访问：再次运行同一命令即可继续。" in text


def test_summary_in_full() -> None:
    counts = counted(
        company(CompanyStatus.CONTACTS_FOUND, buying=("A", 96), sales=("A", 90), info=("B", 70)),
        company(CompanyStatus.NO_SUCH_DOMAIN),
        company(CompanyStatus.CONTACTS_FOUND, stored=True, hr=("D", 5)),
    )
    counts.rejected = 1
    files = (WrittenFile(name="output/contacts.csv", rows=4), WrittenFile(name="s3://bucket/x.parquet"))
    assert render_summary(counts, RunEnd(seconds=3, duplicates=2, files=files)) == (
        "Finished after 3.0 s: 6 pages read, 2.0 pages/s.\n"
        "\n"
        "Sites                                                 3\n"
        "  with contacts                                       2\n"
        "  domain does not exist                               1\n"
        "  (1 of them known from an earlier visit)\n"
        "Lines of the list that repeat a site                  2\n"
        "Lines of the list that are no site                    1\n"
        "\n"
        "Addresses                                             4\n"
        "  A  write first                                      2\n"
        "  B  good                                             1\n"
        "  C  if nothing better                                0\n"
        "  D  do not write                                     1\n"
        "  mail arrives: 4 likely\n"
        "  left out on the visits of this run: 2 placeholder\n"
        "\n"
        "Best contacts\n"
        "   96  buying@acme.example  (Acme)\n"
        "\n"
        "Files\n"
        "  output/contacts.csv                                 4 rows\n"
        "  s3://bucket/x.parquet"
    )


def test_best_contacts_are_few_and_ordered() -> None:
    counts = counted(*(company(CompanyStatus.CONTACTS_FOUND, sales=("A", score)) for score in range(60, 90)))
    assert [score for score, _, _ in counts.best] == list(range(89, 89 - BEST_SHOWN, -1))


HINTS = [
    ([CompanyStatus.UNREACHABLE] * 3, "Is the network up"),
    ([CompanyStatus.NO_SUCH_DOMAIN], "Is the network up"),
    ([CompanyStatus.CONTACTS_FOUND, CompanyStatus.NOT_VISITED, CompanyStatus.NOT_VISITED], "2 sites still to visit"),
    ([CompanyStatus.CONTACTS_FOUND, CompanyStatus.BLOCKED_ADDRESS], "HARVESTER_ALLOW_PRIVATE_ADDRESSES=1"),
    ([CompanyStatus.CONTACTS_FOUND, CompanyStatus.ERROR], "1 site met an error"),
    ([], "no site in the list"),
]
NO_HINTS = [
    [CompanyStatus.CONTACTS_FOUND],
    [CompanyStatus.CONTACTS_FOUND, CompanyStatus.UNREACHABLE],
    [CompanyStatus.SERVER_ERROR, CompanyStatus.NO_SUCH_DOMAIN],
    [CompanyStatus.ROBOTS_DENIED],
]


@pytest.mark.parametrize(("statuses", "words"), HINTS)
def test_hints(statuses: list[CompanyStatus], words: str) -> None:
    found = list(hints(counted(*map(company, statuses)), RunEnd()))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize("statuses", NO_HINTS)
def test_no_hints(statuses: list[CompanyStatus]) -> None:
    assert not list(hints(counted(*map(company, statuses)), RunEnd()))


def test_hint_about_files() -> None:
    assert "1 file could not be written" in "".join(
        hints(counted(company(CompanyStatus.MOVED)), RunEnd(failed_files=1))
    )


def test_names_from_pages_cannot_write_on_the_terminal() -> None:
    evil = company(CompanyStatus.CONTACTS_FOUND, name="Evil\x1b[2J\r\nFinished", sales=("A", 90))
    text = render_summary(counted(evil), RunEnd())
    assert all(line.isprintable() for line in text.splitlines())
    assert text.count("Finished") == 2
    assert "Evil[2J Finished" in text


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("s3://key:secret@bucket/contacts.csv", "s3://bucket/contacts.csv"),
        ("ftp://user@host.example/x.csv", "ftp://host.example/x.csv"),
        ("output/contacts.csv", "output/contacts.csv"),
        ("output/a@b.csv", "output/a@b.csv"),
        ("file:///tmp/x@y.csv", "file:///tmp/x@y.csv"),
        (r"C:\lists\contacts.csv", r"C:\lists\contacts.csv"),
    ],
)
def test_no_password_in_the_summary(uri: str, shown: str) -> None:
    assert without_password(uri) == shown


def test_rows_of_files() -> None:
    counts = counted(company(CompanyStatus.CONTACTS_FOUND, a=("A", 9), b=("B", 5)), company(CompanyStatus.PARKED))
    feeds = {
        "lost.csv": {"format": "csv"},
        "c.csv": {"format": "csv"},
        Path("d.csv"): {"format": "companies"},
        "r.csv": {"format": "rejected"},
        "x.xml": {"format": "xml"},
        "stdout:": {"format": "csv"},
    }
    stored = {"c.csv", str(Path("d.csv").absolute()), "r.csv", "x.xml", "stdout:"}
    assert {file.name: file.rows for file in written_files(feeds, counts, stored)} == {
        "c.csv": 2,
        "d.csv": 2,
        "r.csv": 0,
        "x.xml": None,
    }


HEALTHY = [
    [CompanyStatus.UNREACHABLE] * 19,
    [CompanyStatus.CONTACTS_FOUND] * 20,
    [CompanyStatus.UNREACHABLE] * 18 + [CompanyStatus.CONTACTS_FOUND] * 2,
    [CompanyStatus.SERVER_ERROR] * 50,
    [CompanyStatus.NOT_VISITED] * 500,
    [CompanyStatus.TIMED_OUT] * 30 + [CompanyStatus.CONTACTS_FOUND] * 100,
]
ILL = [
    [CompanyStatus.UNREACHABLE] * 20,
    [CompanyStatus.NO_SUCH_DOMAIN] * 10 + [CompanyStatus.TIMED_OUT] * 9 + [CompanyStatus.CONTACTS_FOUND],
    [CompanyStatus.CONTACTS_FOUND] * 1000 + [CompanyStatus.UNREACHABLE] * 96,
]


@pytest.mark.parametrize(("ends", "ill"), [(ends, False) for ends in HEALTHY] + [(ends, True) for ends in ILL], ids=str)
def test_network_health(ends: list[CompanyStatus], ill: bool) -> None:
    health = NetworkHealth()
    for status in ends:
        health.add(company(status))
    assert health.is_ill is ill


def test_stored_companies_say_nothing_of_the_network() -> None:
    health = NetworkHealth()
    for _ in range(50):
        health.add(company(CompanyStatus.UNREACHABLE, stored=True))
    assert not health.is_ill


def pace_of(*snapshots: Snapshot) -> Pace:
    pace = Pace()
    for snapshot in snapshots:
        pace.add(snapshot)
    return pace


DESCRIBED = [
    ([Snapshot(time=5)], "0 sites, 0 contacts, 0.0 pages/s, 0 open"),
    (
        [Snapshot(time=0), Snapshot(time=10, done=10, total=1200, open_visits=64, contacts=31, pages=82)],
        "10 of 1,200 sites, 31 contacts, 8.2 pages/s, 19 min left, 64 open",
    ),
    (
        [Snapshot(time=0), Snapshot(time=9, done=1, open_visits=1, contacts=1)],
        "1 site, 1 contact, 0.0 pages/s, 1 open",
    ),
    (
        [Snapshot(time=0, total=5), Snapshot(time=9, done=5, total=5)],
        "5 of 5 sites, 0 contacts, 0.0 pages/s, 0 open",
    ),
    ([Snapshot(time=3, total=5), Snapshot(time=3, done=1, total=5)], "1 of 5 sites, 0 contacts, 0.0 pages/s, 0 open"),
]


@pytest.mark.parametrize(("snapshots", "text"), DESCRIBED)
def test_describe(snapshots: list[Snapshot], text: str) -> None:
    assert describe(pace_of(*snapshots)) == text


def test_pace_forgets_what_is_long_ago() -> None:
    """A thousand companies out of the store in the first second do not promise an early end."""
    pace = pace_of(Snapshot(time=0), Snapshot(time=1, done=1000, total=2000))
    for second in range(2, 200):
        pace.add(Snapshot(time=second, done=1000 + second, total=2000))
    assert pace.seconds_left == pytest.approx(2000 - 1199, rel=0.02)
    assert len(pace.snapshots) <= WINDOW_S + 2
