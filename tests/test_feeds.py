"""The feeds under real Scrapy: the lists are complete or the old ones are still there."""

import csv
import gzip
import io
import json
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from scrapy.extensions.postprocessing import PostProcessingManager
from scrapy.utils.test import get_crawler

from harvester.export.cells import from_cell
from harvester.export.rows import COMPANY_COLUMNS, CONTACT_COLUMNS, REJECTED_COLUMNS
from harvester.feeds.checking import check_feeds
from harvester.feeds.exporters import (
    CompaniesCsvExporter,
    ContactsCsvExporter,
    ContactsJsonExporter,
    ContactsJsonLinesExporter,
    FeedError,
    RejectedCsvExporter,
)
from harvester.feeds.storage import AtomicFileStorage
from harvester.model import Company, CompanyStatus, RejectedLine
from tests.sample_companies import make_company, make_contact, make_seed

ROOT = Path(__file__).parent.parent
BOM = b"\xef\xbb\xbf"

SETTINGS = """
    SPIDER_MODULES = ["sample.spider"]
    TELNETCONSOLE_ENABLED = REMOTE_CONTROL_ENABLED = False
    FEED_STORE_EMPTY = True
    FEED_STORAGES = {scheme: "harvester.feeds.storage.AtomicFileStorage" for scheme in ("", "file")}
    FEED_EXPORTERS = {
        "csv": "harvester.feeds.exporters.ContactsCsvExporter",
        "jsonl": "harvester.feeds.exporters.ContactsJsonLinesExporter",
        "json": "harvester.feeds.exporters.ContactsJsonExporter",
        "companies": "harvester.feeds.exporters.CompaniesCsvExporter",
        "rejected": "harvester.feeds.exporters.RejectedCsvExporter",
    }
    FEEDS = {"output/contacts.csv": {"format": "csv", "overwrite": True}}
"""
SPIDER = """
    import os, signal
    import scrapy
    from harvester.model import RejectedLine
    from tests.sample_companies import make_company, make_seed

    class Sample(scrapy.Spider):
        name = "sample"
        die = "no"
        async def start(self):
            for number in range(3):
                domain = f"a{number}.example"
                seed = make_seed(domain, line=number, Kunde=str(number))
                yield make_company(f"info@{domain}", f"sales@{domain}", domain=domain, seed=seed)
            yield make_company(domain="none.example")
            yield RejectedLine(file="list.txt", line=2, text="=what?", reason="no domain")
            if self.die == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    package = tmp_path / "sample"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(textwrap.dedent(SETTINGS))
    (package / "spider.py").write_text(textwrap.dedent(SPIDER))
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = sample.settings\n")
    return tmp_path


def crawl(project: Path, *arguments: str) -> str:
    """Run the sample spider; its log."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "sample", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    return done.stdout


def read_rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(BOM)
    assert data.count(BOM) == 1
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


EXPECTED = [f"{role}@a{number}.example" for number in range(3) for role in ("info", "sales")]


def test_every_feed_gets_what_is_its_own(project: Path) -> None:
    names = ["o.csv", "o.jsonl", "o.json", "c.csv:companies", "r.csv:rejected", "z.xml"]  # xml: Scrapy's own
    log = crawl(project, *(part for name in names for part in ("-O", f"deep/folder/{name}")))
    assert "Traceback" not in log
    folder = project / "deep" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == ["c.csv", "o.csv", "o.json", "o.jsonl", "r.csv", "z.xml"]
    rows = read_rows(folder / "o.csv")
    assert tuple(rows[0]) == (*CONTACT_COLUMNS, "Kunde")
    assert [row["email"] for row in rows] == EXPECTED
    assert [row["Kunde"] for row in rows] == ["0", "0", "1", "1", "2", "2"]
    lines = [json.loads(line) for line in (folder / "o.jsonl").read_text("utf-8").splitlines()]
    assert [row["email"] for row in lines] == EXPECTED
    assert json.loads((folder / "o.json").read_text("utf-8")) == lines
    companies = read_rows(folder / "c.csv")
    assert tuple(companies[0]) == (*COMPANY_COLUMNS, "Kunde")
    found = "contacts_found"
    assert [row["status"] for row in companies] == [found, found, "no_address_published", found]
    rejected = read_rows(folder / "r.csv")
    assert tuple(rejected[0]) == REJECTED_COLUMNS
    assert [from_cell(row["text"]) for row in rejected] == ["=what?"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    # -O replaces FEEDS for the command line's own files only: the project's are written too
    assert [row["email"] for row in read_rows(project / "output" / "contacts.csv")] == EXPECTED


def test_a_killed_crawl_leaves_the_old_list(project: Path) -> None:
    crawl(project)
    path = project / "output" / "contacts.csv"
    before = path.read_bytes()
    crawl(project, "-a", "die=kill")
    assert path.read_bytes() == before
    (left,) = (entry for entry in path.parent.iterdir() if entry != path)
    assert left.name.startswith(".contacts.csv.")
    os.utime(left, (0, 0))  # long ago
    crawl(project)
    assert list(path.parent.iterdir()) == [path]


def test_scrapys_own_settings_of_feeds_hold(project: Path) -> None:
    log = crawl(project, "-O", "o.csv", "-O", "o.jsonl", "-s", "FEED_EXPORT_FIELDS=email,Kunde,score")
    assert "Traceback" not in log
    assert (project / "o.csv").read_text("utf-8-sig").splitlines()[:2] == ["email,Kunde,score", "info@a0.example,0,50"]
    assert json.loads((project / "o.jsonl").read_text().splitlines()[0])["email"] == "info@a0.example"
    crawl(project, "-O", "k.csv", "-s", "FEED_EXPORT_ENCODING=gb18030")
    assert "Nord Werkzeuge" in (project / "k.csv").read_text("gb18030")


def test_gzip_of_scrapy_works(project: Path) -> None:
    feeds = {"o.csv.gz": {"format": "csv", "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"]}}
    log = crawl(project, "-s", f"FEEDS={json.dumps(feeds)}")
    assert "Traceback" not in log
    data = gzip.decompress((project / "o.csv.gz").read_bytes())
    assert data.startswith(BOM + b"priority,")
    assert data.count(b"\r\n") == 7


def test_appending_adds_rows_of_the_same_columns(project: Path) -> None:
    for _ in range(2):
        log = crawl(project, "-o", "o.csv", "-o", "o.jsonl")
        assert "Traceback" not in log
    assert [row["email"] for row in read_rows(project / "o.csv")] == EXPECTED * 2
    assert len((project / "o.jsonl").read_text().splitlines()) == 12


def test_a_file_that_cannot_be_written_is_told(project: Path) -> None:
    (project / "folder.csv").mkdir()
    (project / "file").write_text("x")
    log = crawl(project, "-O", "folder.csv", "-O", "file/o.csv", "-O", "good.csv")
    assert "folder.csv cannot be written: it is a folder" in log
    assert "file/o.csv cannot be written: " in log
    assert "Traceback" not in log
    assert "'harvester/feeds/failed': 2" in log
    assert len(read_rows(project / "good.csv")) == 6


# --- what is refused before a crawl ---

FORMATS = ("csv", "json", "jsonl", "companies")
CHECKED = {"overwrite": True}
REFUSED = [
    ("folder.csv", {"format": "csv"}, "folder.csv cannot be written: it is a folder."),
    ("file/o.csv", {"format": "csv"}, "is a file, not a folder."),
    ("file/deep/o.csv", {"format": "csv"}, "is a file, not a folder."),
    ("file/%(time)s/o.csv", {"format": "csv"}, "is a file, not a folder."),
    ("file/%(time)s.csv", {"format": "csv"}, "is a file, not a folder."),
    ("o.xml", {"format": "xml"}, "no writer for the format 'xml'"),
    (
        "o.pdf",
        {"format": "pdf"},
        r"end the name with one of \.csv, \.json, \.jsonl, or write FILE:FORMAT \(companies, csv, ",
    ),
    ("o", {}, "without a name"),
    ("s3://bucket/o.csv", {"format": "csv"}, r"install what it needs: pip install 'harvester\[s3\]'"),
    ("nowhere://bucket/o.csv", {"format": "csv"}, "Nothing is known of nowhere://"),
    (
        "full.json",
        {"format": "json", "overwrite": False},
        "full.json cannot be added to: nothing can be added to a json",
    ),
]
ALLOWED = [
    ("o.csv", {"format": "csv"}),
    ("new/deep/o.csv", {"format": "csv"}),
    ("%(time)s/o.csv", {"format": "csv"}),
    ("full.json", {"format": "json"}),
    ("full.csv", {"format": "csv", "overwrite": False}),
    ("empty.json", {"format": "json", "overwrite": False}),
    ("stdout:", {"format": "csv"}),
    ("/dev/null", {"format": "csv"}),
]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    for name in ("file", "full.json", "full.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "empty.json").touch()
    monkeypatch.setitem(sys.modules, "boto3", None)
    return tmp_path


def check(uri: str, options: dict[str, object]) -> None:
    check_feeds({uri: CHECKED | options}, formats=FORMATS, schemes=("", "file", "stdout", "s3"))


@pytest.mark.parametrize(("uri", "options", "reason"), REFUSED)
def test_lists_that_cannot_be_written(places: Path, uri: str, options: dict[str, object], reason: str) -> None:
    before = sorted(places.rglob("*"))
    with pytest.raises(FeedError, match=reason) as caught:
        check(uri, options)
    assert str(caught.value).endswith(".")
    assert sorted(places.rglob("*")) == before


@pytest.mark.parametrize(("uri", "options"), ALLOWED)
def test_lists_that_can_be_written(places: Path, uri: str, options: dict[str, object]) -> None:
    before = sorted(places.rglob("*"))
    check(uri, options)
    assert sorted(places.rglob("*")) == before


def test_a_folder_that_takes_no_files(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the tests may run as root
    with pytest.raises(FeedError, match="takes no files"):
        check("new/o.csv", {"format": "csv"})


# --- one exporter, one storage ---


class Stored:
    """A feed as Scrapy drives it."""

    def __init__(self, exporter: type, path: Path, **options: object) -> None:
        self.storage = AtomicFileStorage(str(path), feed_options={"overwrite": True, "format": "csv", **options})
        self.file = self.storage.open(None)
        self.exporter = exporter(self.file)
        self.exporter.start_exporting()

    def finish(self, *items: object) -> None:
        for item in items:
            self.exporter.export_item(item)
        self.exporter.finish_exporting()
        self.storage.store(self.file)


OTHER_ITEMS = [
    (ContactsCsvExporter, RejectedLine(file="f", line=1, text="t", reason="r")),
    (CompaniesCsvExporter, RejectedLine(file="f", line=1, text="t", reason="r")),
    (ContactsJsonLinesExporter, {"a": 1}),
    (ContactsJsonExporter, RejectedLine(file="f", line=1, text="t", reason="r")),
    (RejectedCsvExporter, make_company("info@nord.example")),
]


@pytest.mark.parametrize(("exporter", "item"), OTHER_ITEMS)
def test_items_of_another_kind_are_passed_over(exporter: type, item: object) -> None:
    with_item, without = io.BytesIO(), io.BytesIO()
    for file, items in ((with_item, [item]), (without, [])):
        made = exporter(file)
        for entry in items:
            made.export_item(entry)
        made.finish_exporting()
    assert with_item.getvalue() == without.getvalue()


def test_companies_stand_in_list_order() -> None:
    file = io.BytesIO()
    exporter = CompaniesCsvExporter(file)
    for line in (3, 1, 2):
        seed = make_seed(f"a{line}.example", line=line)
        exporter.export_item(Company(seed=seed, status=CompanyStatus.UNREACHABLE))
    exporter.finish_exporting()
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert [row["domain"] for row in rows] == ["a1.example", "a2.example", "a3.example"]


def header_of(exporter_class: type, *companies: Company) -> list[str]:
    file = io.BytesIO()
    exporter = exporter_class(file)
    for company in companies:
        exporter.export_item(company)
    exporter.finish_exporting()
    return next(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))


def test_both_lists_have_the_seeds_columns_under_the_same_names() -> None:
    silent = Company(seed=make_seed(Kunde="1", priority="high", pages="2"), status=CompanyStatus.UNREACHABLE)
    found = make_company("info@a.example", seed=make_seed(Ort="Kiel"))
    own = ["Kunde", "list_priority", "list_pages", "Ort"]
    assert header_of(ContactsCsvExporter, silent, found) == [*CONTACT_COLUMNS, *own]
    assert header_of(CompaniesCsvExporter, silent, found) == [*COMPANY_COLUMNS, *own]
    assert header_of(ContactsCsvExporter, silent) == [*CONTACT_COLUMNS, *own[:3]]


def test_a_list_without_own_columns_adds_none() -> None:
    bare = Company(seed=make_seed(), status=CompanyStatus.UNREACHABLE)
    assert header_of(ContactsCsvExporter, bare) == [*CONTACT_COLUMNS]


class FullDisk(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_and_nothing_is_stored(caplog: pytest.LogCaptureFixture) -> None:
    exporter = ContactsCsvExporter.from_crawler(get_crawler(), FullDisk())
    exporter.export_item(make_company("info@nord.example"))
    with pytest.raises(FeedError, match="No space left"):
        exporter.finish_exporting()
    assert "could not be written completely (No space left on device)" in caplog.text


@pytest.mark.parametrize("options", [{}, {"postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"]}], ids=str)
def test_the_list_that_is_not_complete_is_named_once(
    options: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path, crawler = tmp_path / "contacts.2-of-8.csv", get_crawler()
    storage = AtomicFileStorage.from_crawler(crawler, str(path), feed_options=options)
    file = storage.open(None)
    file = PostProcessingManager(options["postprocessing"], file, options) if options else file
    exporter = ContactsCsvExporter.from_crawler(crawler, file)
    monkeypatch.setattr(exporter, "write", lambda _: FullDisk().write(b""))
    sentence = f"{path} could not be written completely (No space left on device); an older file is left as it is"
    with pytest.raises(FeedError) as caught:
        exporter.finish_exporting()
    storage.discard()
    assert str(caught.value) == sentence
    told = [record.getMessage() for record in caplog.records if record.name.startswith("harvester.")]
    assert told == [sentence]


def test_a_spool_that_fails_spoils_the_list(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    crawler = get_crawler(settings_dict={"FEED_TEMPDIR": str(tmp_path / "missing")})
    file = io.BytesIO()
    exporter = ContactsJsonLinesExporter.from_crawler(crawler, file)
    contacts = [make_contact(f"a{number}@nord.example", mentions=()) for number in range(20_001)]
    exporter.export_item(make_company(*contacts))
    exporter.export_item(make_company("info@nord.example"))
    with pytest.raises(FeedError, match="No such file"):
        exporter.finish_exporting()
    assert file.getvalue() == b""
    assert caplog.text.count("could not be written completely") == 1


def test_a_surrogate_does_not_stop_the_list() -> None:
    for exporter in (ContactsCsvExporter, ContactsJsonLinesExporter):
        file = io.BytesIO()
        made = exporter(file)
        made.export_item(make_company(make_contact("info@nord.example", person="half \ud83d")))
        made.finish_exporting()
        assert "half \ufffd" in file.getvalue().decode("utf-8")


def test_an_existing_files_mode_is_kept_and_a_new_one_is_private(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    Stored(ContactsCsvExporter, path).finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o664)
    Stored(ContactsCsvExporter, path).finish(make_company("info@nord.example"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert len(read_rows(path)) == 1


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "o.csv", tmp_path / "o.csv"
    link.symlink_to(target)
    for _ in range(2):  # dangling, then to a file
        Stored(ContactsCsvExporter, link).finish()
        assert link.is_symlink()
        assert target.read_bytes().startswith(BOM)


def test_a_device_is_written_to_not_replaced(tmp_path: Path) -> None:
    Stored(ContactsCsvExporter, Path("/dev/null")).finish(make_company("info@nord.example"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_file_uri_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "ü list.csv"
    storage = AtomicFileStorage(path.as_uri(), feed_options={"overwrite": True, "format": "csv"})
    storage.store(storage.open(None))
    assert path.exists()


def test_discarding_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    feed = Stored(ContactsCsvExporter, tmp_path / "o.csv")
    assert len(list(tmp_path.iterdir())) == 1
    feed.storage.discard()
    assert list(tmp_path.iterdir()) == []


HEADER = ",".join(CONTACT_COLUMNS).encode()
NEW = b"\r\nB,50,info@nord.example"
# format, the old file, the beginning of what is added after it (None: refused)
APPENDING = [
    ("csv", b"", BOM + HEADER + NEW),
    ("csv", BOM + HEADER + b"\r\nold\r\n", BOM + HEADER + b"\r\nold" + NEW),
    ("csv", HEADER + b"\nold", HEADER + b"\nold" + NEW),
    ("jsonl", b'{"a": 1}\n', b'{"a": 1}\n{"priority"'),
    ("jsonl", b'{"a": 1}', b'{"a": 1}\n{"priority"'),
    ("csv", b"email,name\r\nx@y.example,Y\r\n", None),
    ("csv", b"\x89PNG\r\n\x1a\n", None),
    ("json", b"[]\n", None),
    ("xml", b"<items/>", None),
]
EXPORTER_OF = {"csv": ContactsCsvExporter, "jsonl": ContactsJsonLinesExporter}


@pytest.mark.parametrize(("list_format", "old", "expected"), APPENDING)
def test_appending(tmp_path: Path, list_format: str, old: bytes, expected: bytes | None) -> None:
    path = tmp_path / "list"
    path.write_bytes(old)
    feed = Stored(EXPORTER_OF.get(list_format, ContactsCsvExporter), path, overwrite=False, format=list_format)
    if expected is None:
        with pytest.raises(FeedError, match="the old file is unchanged"):
            feed.finish(make_company("info@nord.example"))
        assert path.read_bytes() == old
    else:
        feed.finish(make_company("info@nord.example"))
        assert path.read_bytes().startswith(expected)
    assert list(tmp_path.iterdir()) == [path]
