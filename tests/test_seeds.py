"""Seeds: every spelling of a company's host, lists in every form, and a reason for what is none."""

import io
import os
import tracemalloc
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.model import RejectedLine, Seed, SourceKind
from harvester.seeds import SeedError, SeedListError, check_list, parse_seed, read_seeds, reading
from harvester.seeds.shards import Shard

# text, domain, host, port, scheme, path
SPELLINGS = [
    ("acme.example", "acme.example", "acme.example", None, None, "/"),
    ("ACME.Example.", "acme.example", "acme.example", None, None, "/"),
    ("www.acme.example", "acme.example", "www.acme.example", None, None, "/"),
    ("https://www.acme.example/", "acme.example", "www.acme.example", None, "https", "/"),
    ("https://acme.example:443/Über?x=1#f", "acme.example", "acme.example", None, "https", "/%C3%9Cber?x=1"),
    ("http://acme.example:8080/shop/", "acme.example", "acme.example", 8080, "http", "/shop/"),
    ("acme.example:8443", "acme.example", "acme.example", 8443, None, "/"),
    ("acme.example:443", "acme.example", "acme.example", None, "https", "/"),
    ("http://acme.example:443", "acme.example", "acme.example", 443, "http", "/"),
    ("acme.example?lang=en", "acme.example", "acme.example", None, None, "/?lang=en"),
    ("acme.example/?utm_source=list", "acme.example", "acme.example", None, None, "/"),
    ("//acme.example/a", "acme.example", "acme.example", None, None, "/a"),
    ("http:/acme.example", "acme.example", "acme.example", None, "http", "/"),
    ("http:acme.example", "acme.example", "acme.example", None, "http", "/"),
    ("https//acme.example", "acme.example", "acme.example", None, "https", "/"),
    ("hxxps://acme[.]example", "acme.example", "acme.example", None, "https", "/"),
    ("http://https://acme.example", "acme.example", "acme.example", None, "https", "/"),
    ("https:\\\\acme.example\\a", "acme.example", "acme.example", None, "https", "/a"),
    ("http://user:secret@acme.example/", "acme.example", "acme.example", None, "http", "/"),
    ("Bücher.example", "bücher.example", "xn--bcher-kva.example", None, None, "/"),
    ("www.xn--bcher-kva.example", "bücher.example", "www.xn--bcher-kva.example", None, None, "/"),
    ("日本語。jp", "日本語.jp", "xn--wgv71a119e.jp", None, None, "/"),
    ("ａｃｍｅ．example", "acme.example", "acme.example", None, None, "/"),
    (" “acme.example”, ", "acme.example", "acme.example", None, None, "/"),
    ("'acme.example';", "acme.example", "acme.example", None, None, "/"),
    ("<https://acme.example>", "acme.example", "acme.example", None, "https", "/"),
    ("[acme.example]", "acme.example", "acme.example", None, None, "/"),
    ("\ufeffacme\u200b.example\u00a0", "acme.example", "acme.example", None, None, "/"),
    ("acme\u200d.example", "acme.example", "acme.example", None, None, "/"),
    ("*.acme.example", "acme.example", "acme.example", None, None, "/"),
    ("shop.acme.example", "shop.acme.example", "shop.acme.example", None, None, "/"),
    ("my_shop.acme.example", "my_shop.acme.example", "my_shop.acme.example", None, None, "/"),
    ("www.de", "www.de", "www.de", None, None, "/"),
    ("www.www.acme.example", "acme.example", "www.www.acme.example", None, None, "/"),
    ("acme.github.io", "acme.github.io", "acme.github.io", None, None, "/"),
    ("localhost:8000", "localhost", "localhost", 8000, None, "/"),
    ("192.0.2.1:8080/a", "192.0.2.1", "192.0.2.1", 8080, None, "/a"),
    ("http://[2001:DB8::1]:8080/", "[2001:db8::1]", "[2001:db8::1]", 8080, "http", "/"),
    ("[::1]", "[::1]", "[::1]", None, None, "/"),
    ("2001:db8::1", "[2001:db8::1]", "[2001:db8::1]", None, None, "/"),
    ("info@acme.example", "acme.example", "acme.example", None, None, "/"),
    ("Jane Doe <jane@acme.example>", "acme.example", "acme.example", None, None, "/"),
    ("mailto:info@acme.example?subject=Hi", "acme.example", "acme.example", None, None, "/"),
    ("Info@Bücher.example", "bücher.example", "xn--bcher-kva.example", None, None, "/"),
    ("gmail.com", "gmail.com", "gmail.com", None, None, "/"),
]


@pytest.mark.parametrize(("text", "domain", "host", "port", "scheme", "path"), SPELLINGS)
def test_spellings(text, domain, host, port, scheme, path):
    seed = parse_seed(text, file="list.txt", line=3)
    assert (seed.domain, seed.host, seed.port, seed.scheme, seed.path) == (domain, host, port, scheme, path)
    assert (seed.file, seed.line, seed.text) == ("list.txt", 3, text)
    assert seed.source_kind is SourceKind.OFFICIAL_SITE


# text, and a word of the reason
NOT_SEEDS = [
    ("", "no text"),
    (" \u200b,", "no text"),
    ("acme", "ending"),
    ("-", "ending"),
    ("www.", "ending"),
    ("..", "check how it is written"),
    ("acme..example", "check how it is written"),
    ("1.2.3.256", "check how it is written"),
    ("127.1", "check how it is written"),
    ("0x7f.0x1", "check how it is written"),
    ("[::1", "check how it is written"),
    ("fe80::1%eth0", "check how it is written"),
    ("acme.example:http", "check how it is written"),
    ("acme.example:99999", "1 to 65535"),
    ("acme.example:0", "1 to 65535"),
    ("tel:+49301234", "check how it is written"),
    ("javascript:alert(1)", "check how it is written"),
    ("ftp://acme.example", "ftp"),
    ("file:///etc/passwd", "file"),
    ("Acme Ltd", "name without a website"),
    ("A. Müller & Co. KG", "name without a website"),
    ("深圳市华强电子有限公司", "name without a website"),
    ("acme.example, other.example", "one a line"),
    ("acme.example;Acme;Berlin", "one a line"),
    ("Acme Ltd www.acme.example", "one a line"),
    ("info@acme.example info@other.example", "one a line"),
    ("jane@gmail.com", "free provider"),
    ("mailto:Jane@GMAIL.com", "free provider"),
    ("acme@qq.com", "free provider"),
    ("info@", "check how it is written"),
    ("a" * 3000, "longer than"),
    ("x" * 64 + ".example", "check how it is written"),
    (".".join(["abc"] * 80), "check how it is written"),
    ("-bad-.com", "hyphen"),
    ("bad-.com", "hyphen"),
    ("www.-bad.com/contact", "hyphen"),
    ("co.uk", "only an ending"),
    ("http://github.io/", "only an ending"),
    ("jane@co.uk", "only an ending"),
    ("x@y@acme.example", "more than one @"),
    ("mailto:x@@acme.example", "more than one @"),
]


NEARLY_NOT_SEEDS = [
    ("a--b.example", "a--b.example"),
    ("acme.co.uk", "acme.co.uk"),
    ("acme.github.io", "acme.github.io"),
    ("co.example", "co.example"),
    ("https://user@x:secret@acme.example/", "acme.example"),
    ("mailto:info@acme.example?cc=x@acme.example", "acme.example"),
    ("192.0.2.1", "192.0.2.1"),
]


@pytest.mark.parametrize(("text", "domain"), NEARLY_NOT_SEEDS)
def test_nearly_not_seeds(text, domain):
    assert parse_seed(text).domain == domain


@pytest.mark.parametrize(("text", "word"), NOT_SEEDS)
def test_not_seeds(text, word):
    with pytest.raises(SeedError, match=word) as caught:
        parse_seed(text)
    assert str(caught.value).endswith(".")


PLATFORM_SEEDS = [
    ("https://www.facebook.com/Acme?ref=1", "facebook.com/acme", "/Acme?ref=1", SourceKind.SOCIAL),
    ("linkedin.com/company/acme/about/", "linkedin.com/company/acme", "/company/acme/about/", SourceKind.SOCIAL),
    ("acme.en.alibaba.com", "acme.en.alibaba.com", "/", SourceKind.B2B_PLATFORM),
    ("https://www.youtube.com/@Acme", "youtube.com/@acme", "/@Acme", SourceKind.SOCIAL),
    ("europages.co.uk/ACME/0001.html", "europages.co.uk/acme/0001.html", "/ACME/0001.html", SourceKind.DIRECTORY),
    ("facebook.com", "facebook.com", "/", SourceKind.SOCIAL),
]


@pytest.mark.parametrize(("text", "domain", "path", "kind"), PLATFORM_SEEDS)
def test_platforms(text, domain, path, kind):
    seed = parse_seed(text)
    assert (seed.domain, seed.path, seed.source_kind) == (domain, path, kind)


LABEL = st.text(min_size=1, max_size=12)
HOSTS = st.builds("{}{}.{}".format, st.sampled_from(["", "www.", "www.www.", "WWW.", "a."]), LABEL, st.sampled_from(["de", "co.uk", "example", "github.io", "рф"]))  # fmt: skip  # noqa: E501
TEXTS = st.one_of(
    st.text(),
    HOSTS,
    st.builds(
        "{}{}{}".format, st.sampled_from(["http://", "//", "x@", "[", "mailto:", "facebook.com/"]), HOSTS, st.text()
    ),
)


@given(TEXTS)
@example("a\u200cb.example")
@example("نامه\u200cای.example")
@example("ẞ.example")
@example("www.ⅷ.de")
@example("http://d.総務/")  # found by tests/fuzz: its own domain was taken for a company's name
def test_normalizing_twice_is_normalizing_once(text):
    try:
        seed = parse_seed(text)
    except SeedError:  # and nothing else is raised
        return
    assert seed.host.isascii()
    assert seed.path.startswith("/")
    if seed.source_kind is SourceKind.OFFICIAL_SITE:
        again = parse_seed(seed.domain)
        assert again.domain == seed.domain
        assert parse_seed(seed.host).host == seed.host


def read(content, source="-", **options):
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return list(read_seeds(source, stdin=stream, **options))


def brief(entries):
    return [(entry.line, entry.domain if isinstance(entry, Seed) else None) for entry in entries]


PLAIN = """\ufeff# my list
acme.example
  # a note
https://www.other.example/#team # the big one
\twww.acme.example\t# again

acme
third.example#x"""


def test_lines():
    duplicates = []
    entries = read(PLAIN, on_duplicate=duplicates.append)
    assert brief(entries) == [(2, "acme.example"), (4, "other.example"), (7, None), (8, "third.example")]
    assert [(seed.line, seed.host) for seed in duplicates] == [(5, "www.acme.example")]
    rejected = entries[2]
    assert isinstance(rejected, RejectedLine)
    assert (rejected.file, rejected.text) == ("standard input", "acme")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    assert brief(read(f"a.example{end}{end}b.example{end}c.example")) == [
        (1, "a.example"),
        (3, "b.example"),
        (4, "c.example"),
    ]


def test_line_end_between_two_chunks():
    text = ("x" * 65_535 + "\r\n" + "a.example\r\n").encode()
    assert brief(read(text)) == [(1, None), (2, "a.example")]


def test_endless_line_is_one_rejected_line():
    tracemalloc.start()
    try:
        entries = read(b"x" * 5_000_000 + b"\na.example\n")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert brief(entries) == [(1, None), (2, "a.example")]
    assert len(entries[0].text) <= 500
    assert peak < 20_000_000


# The text, and of each row: line, domain, extra.
TABLES = [
    ("Name;Web-Site;Tel\nAcme;www.acme.example;123\n", [(2, "acme.example", {"Name": "Acme", "Tel": "123"})]),
    ("DOMAIN\nacme.example\n", [(1 + 1, "acme.example", {})]),
    ("name\turl\nAcme\thttp://acme.example/a\n", [(2, "acme.example", {"name": "Acme"})]),
    ("url,domain\nhttp://a.example,b.example\n", [(2, "b.example", {"url": "http://a.example"})]),
    ("domain,website\n,a.example\n", [(2, "a.example", {"website": "a.example"})]),
    ("sep=;\nwebsite;note\na.example;x\n", [(3, "a.example", {"note": "x"})]),
    (
        'note,domain\n"two\nlines",a.example\n,b.example\n',
        [(2, "a.example", {"note": "two\nlines"}), (4, "b.example", {"note": ""})],
    ),
    ("domain,x,x,,x_2\na.example,1,2,3,4\n", [(2, "a.example", {"x": "1", "x_2": "2", "column_4": "3", "x_2_2": "4"})]),
    (
        "domain,x\na.example\nb.example,1,2\n",
        [(2, "a.example", {"x": ""}), (3, "b.example", {"x": "1", "column_3": "2"})],
    ),
    (
        "a.example,Acme\nb.example,Other\n",
        [(1, "a.example", {"column_2": "Acme"}), (2, "b.example", {"column_2": "Other"})],
    ),
    ("Acme GmbH;www.acme.de;Berlin\n", [(1, "acme.de", {"column_1": "Acme GmbH", "column_3": "Berlin"})]),
    ("domain,phone\na.example,'+49 30\n", [(2, "a.example", {"phone": "+49 30"})]),
    ("公司,网址\n中文,a.example\n", [(2, "a.example", {"公司": "中文"})]),
    ("#,domain\n1,a.example\n", [(2, "a.example", {"#": "1"})]),
    (
        'domain,inch\na.example,5" pipe\nb.example,x\n',
        [(2, "a.example", {"inch": '5" pipe'}), (3, "b.example", {"inch": "x"})],
    ),
    (
        'domain,note\na.example,"open\nb.example,x\n',
        [(2, "a.example", {"note": "open"}), (3, "b.example", {"note": "x"})],
    ),
    ("domain,note\n\n,\na.example,x\n", [(4, "a.example", {"note": "x"})]),
    ("name,e-mail\nAcme,info@acme.example\n", [(2, "acme.example", {"name": "Acme"})]),
]


@pytest.mark.parametrize(("content", "rows"), TABLES)
def test_tables(content, rows):
    found = [(seed.line, seed.domain, dict(seed.extra)) for seed in read(content)]
    assert found == rows
    assert [list(extra) for _, _, extra in found] == [list(extra) for _, _, extra in rows]


@pytest.mark.parametrize(("content", "rows"), TABLES)
def test_tables_in_files(content, rows, tmp_path):
    for start in (b"", b"\xef\xbb\xbf"):
        path = tmp_path / "LIST.CSV"
        path.write_bytes(start + content.encode())
        check_list(str(path))
        assert [(seed.line, seed.domain) for seed in read_seeds(str(path))] == [row[:2] for row in rows]


def test_table_without_a_column_of_companies(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Company,City\nAcme,Berlin\n")
    with pytest.raises(SeedListError, match=r"it has Company, City.*domain, website or url"):
        check_list(str(path))


def test_row_without_a_domain_is_rejected():
    entries = read("domain,name\n,Acme\nb.example,B\n")
    assert brief(entries) == [(2, None), (3, "b.example")]
    assert entries[0].text == ",Acme"


def test_swallowed_rows_come_back():
    rows = "".join(f"c{n}.example,x\n" for n in range(200))
    entries = read('domain,note\na.example,"never closed\n' + rows)
    assert [entry.line for entry in entries] == list(range(2, 203))


def test_western_european_table():
    assert dict(read("Firma;Website\nGröße & Söhne;a.example\n".encode("cp1252"))[0].extra) == {
        "Firma": "Größe & Söhne"
    }


NO_CHARSET = bytes(range(0x80, 0x100)) * 2
UNREADABLE = [
    (b"a.example\nb" + NO_CHARSET + b".example\n", "line 2, is in no known character set"),
    (b"PK\x03\x04\x00\x00rest", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\(.xls\)"),
    (b"GIF89a\x00\x01\x00\x02", "not a text file"),
]
EMPTY = [b"", b"\n\n", b"# only a note\n", b"\xef\xbb\xbf"]


@pytest.mark.parametrize(("content", "reason"), UNREADABLE)
def test_unreadable(content, reason, tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(SeedListError, match=reason):
        check_list(str(path))
    with pytest.raises(SeedListError, match=reason):
        read(content)


@pytest.mark.parametrize("content", [*EMPTY, b"domain,name\n"])
@pytest.mark.parametrize("name", ["list.txt", "list.csv", "list"])
def test_empty(content, name, tmp_path):
    if (content, name) == (b"domain,name\n", "list.txt"):
        pytest.skip("a line of text, which is rejected")
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SeedListError, match="empty"):
        check_list(str(path))


def test_missing_and_folder(tmp_path):
    with pytest.raises(SeedListError, match="no file"):
        check_list(str(tmp_path / "none.txt"))
    with pytest.raises(SeedListError, match="folder"):
        check_list(str(tmp_path))
    with pytest.raises(SeedListError, match="cannot be read"):
        check_list("a\x00b.txt")


def test_good_lists_pass(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(PLAIN)
    check_list(str(path))


COUNTED = [
    ("list.txt", "a.example\n\n# note\nb.example\nnot one\n", 3),
    ("list.csv", "domain,name\na.example,A\nb.example,B\n", 2),
    ("list.csv", "a.example,A\nb.example,B\n", 2),
    ("list", "a.example", 1),
]


@pytest.mark.parametrize(("name", "text", "entries"), COUNTED)
def test_entries_are_counted_before_the_crawl(tmp_path, name, text, entries):
    (tmp_path / name).write_text(text)
    assert check_list(str(tmp_path / name)) == entries


LONG = "".join(f"c{n}.example\n" for n in range(20_000))


@pytest.mark.parametrize("text", ["a.example\n", "# note\n" * 20_000 + "a.example\n", "domain,x\na.example,1\n", LONG])
def test_the_check_takes_nothing_from_standard_input(text):
    stream = io.TextIOWrapper(io.BytesIO(text.encode()))
    for _ in range(2):  # by the command, and by the spider
        assert check_list("-", stdin=stream) is None
    assert list(read_seeds("-", stdin=stream)) == list(read_seeds("-", stdin=io.StringIO(text)))


@pytest.mark.parametrize("content", [*EMPTY, b"sep=,\nname,city\n", b"PK\x03\x04"])
def test_standard_input_is_checked(content):
    with pytest.raises(SeedListError, match=r"^standard input "):
        check_list("-", stdin=io.BytesIO(content))


def test_no_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SeedListError, match="no standard input"):
        check_list("-")


class Broken(io.BytesIO):
    def read1(self, size=-1):
        if self.tell():
            raise OSError(5, "Input/output error")
        return super().read1(size)


BREAKS = [
    (io.BytesIO(b"a.example\nb" + NO_CHARSET + b".example\n"), 2),
    (Broken(b"a.example\nb.example\n"), 1),
]


@pytest.mark.parametrize(("stream", "line"), BREAKS)
def test_a_break_names_its_line(stream, line):
    with pytest.raises(SeedListError, match=r"^standard input") as caught:
        list(read_seeds("-", stdin=stream))
    assert caught.value.line == line


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_left_for_the_crawl_to_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    check_list(str(tmp_path / "pipe"))  # opening it would wait for a writer


@pytest.mark.parametrize("stream", [io.StringIO("a.example\n"), io.TextIOWrapper(io.BytesIO(b"a.example\n"))])
def test_standard_input_as_text(stream):
    assert brief(read_seeds("-", stdin=stream)) == [(1, "a.example")]


def test_streams_from_the_first_line():
    class Slow(io.RawIOBase):
        asked = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self.asked += 1
            line = f"c{self.asked}.example\n".encode()
            buffer[: len(line)] = line
            return len(line)

    slow = Slow()
    seeds = read_seeds("-", stdin=io.BufferedReader(slow))
    assert next(seeds).domain == "c1.example"
    assert slow.asked < 5


def test_a_shard_remembers_its_own_part(monkeypatch):
    text = "".join(f"c{number % 40}.example\nno seed {number}\n" for number in range(80))
    whole, remembered = read(text), []

    class Seen(reading._Seen):
        def add(self, text):
            remembered.append(text)
            return super().add(text)

    monkeypatch.setattr(reading, "_Seen", Seen)
    shards = [Shard(number, 4) for number in range(1, 5)]
    duplicates = []
    parts = [read(text, shard=shard, on_duplicate=duplicates.append) for shard in shards]
    assert sorted(chain(*parts), key=lambda entry: entry.line) == whole
    assert all(shard.holds(entry) for shard, part in zip(shards, parts, strict=True) for entry in part)
    assert len(duplicates) == 40
    assert len(remembered) == 80, "each by one of the four"


def test_many_duplicates_take_little_memory():
    lines = b"".join(b"c%d.example\n" % (n % 5_000) for n in range(20_000))
    counted = []
    assert len(read(lines, on_duplicate=counted.append)) == 5_000
    assert len(counted) == 15_000


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_a_reason(content):
    try:
        for entry in read(content):
            assert isinstance(entry, Seed | RejectedLine)
    except SeedListError:
        pass


@given(st.text(alphabet="\",;\n\ta.'=#xé", max_size=80))
def test_any_table_keeps_its_lines_in_order(content):
    try:
        lines = [entry.line for entry in read("domain,x\n" + content)]
    except SeedListError:
        return
    assert lines == sorted(set(lines))
