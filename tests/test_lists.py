"""Lists as people have them: workbooks, the character sets of Windows, headers in other languages, names alone."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from harvester.model import RejectedLine
from harvester.seeds import SeedListError, check_list, read_seeds


def read(content, source="-"):
    return list(read_seeds(source, stdin=io.BytesIO(content)))


# charset, header, rows: as Excel for Windows saves "CSV" in the country.
CHARSETS = [
    ("gb18030", "公司,网址,城市", "深圳市华强电子有限公司,a.example,深圳"),
    ("gb18030", "公司名称,网站", "青岛啤酒,a.example"),
    ("big5", "公司名稱,網址", "台灣積體電路製造股份有限公司,a.example"),
    ("cp932", "会社名,ウェブサイト", "株式会社山田商店,a.example"),
    ("cp949", "회사명,홈페이지", "주식회사 한국상사,a.example"),
    ("cp1251", "Компания;сайт", "ООО Ромашка;a.example"),
    ("koi8_r", "Компания;сайт", "ЗАО Завод Прогресс;a.example"),
    ("cp1250", "Firma;strona internetowa", "Zakład Przemysłowy Łódź;a.example"),
    ("cp1250", "Název;web", "Příbram Železárny;a.example"),
    ("cp1252", "Firma;Website", "Größe & Söhne;a.example"),
    ("cp1252", "Société;site web", "Façades Réunies;a.example"),
    ("cp1254", "Şirket;web sitesi", "İstanbul Işık Ltd. Şti.;a.example"),
    ("cp1253", "Εταιρεία;website", "Ελληνικά Πετρέλαια;a.example"),
    ("cp1256", "الشركة;website", "شركة النور للتجارة;a.example"),
    ("cp1257", "Įmonė;website", "Žemaitijos Šviesa;a.example"),
    ("cp874", "บริษัท,เว็บไซต์", "บริษัท ไทยการค้า จำกัด,a.example"),
    ("utf-8", "公司,域名", "中文,a.example"),
    ("utf-8-sig", "公司,域名", "中文,a.example"),
    ("utf-16", "公司\t网址", "中文\ta.example"),
    ("utf-16-le", "Firma\tWebsite", "Größe\ta.example"),
    ("utf-16-be", "Firma\tWebsite", "Größe\ta.example"),
    ("utf-32", "公司\t网址", "中文\ta.example"),
]


@pytest.mark.parametrize(("charset", "header", "row"), CHARSETS)
@pytest.mark.parametrize("name", ["list.csv", "list", "list.txt"])
def test_charsets(charset, header, row, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(f"{header}\r\n{row}\r\n".encode(charset))
    assert check_list(str(path)) >= 1
    (seed,) = read_seeds(str(path))
    assert seed.domain == "a.example"
    assert next(iter(seed.extra.values())) in row
    assert next(iter(seed.extra)) in header


def test_a_late_foreign_line_keeps_the_lines_before():
    rows = b"name;website\n" + b"".join(b"x;c%d.example\n" % n for n in range(9_000))
    entries = read(rows + "Завод Прогресс;late.example\n".encode("cp1251"))
    assert len(entries) == 9_001
    assert entries[-1].extra == {"name": "Завод Прогресс"}


HEADERS = [
    "Internetauftritt", "Sito Internet", "sitio web", "Página Web", "сайт компании", "网址", "网站地址", "官网",
    "网站域名", "網址", "ホームページ", "홈페이지", "เว็บไซต์", "الموقع الإلكتروني",
    "Web-Site:", "URL *", "Company_Domain_Name",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_headers(header):
    (seed,) = read(f"Nr;{header}\n1;a.example\n".encode())
    assert (seed.domain, dict(seed.extra)) == ("a.example", {"Nr": "1"})


PASTED = [
    ("Acme GmbH\twww.a.example\tBerlin\nBolt\tb.example\tBonn\n", ["a.example", "b.example"]),
    ("Aussteller 2026\n\nFirma\tWebseite\nAcme\ta.example\n", ["a.example"]),
    ("公司名称\t网址\n宁波海天\thttps://a.example/\n", ["a.example"]),
    ("Acme GmbH\tBerlin\t\nBolt\tBonn\tb.example\n", [None, "b.example"]),
    ("a.example\t# ours\nb.example\n", ["a.example", "b.example"]),
    ("Firma；网址\nAcme；a.example\n", ["a.example"]),
    ("| Firma | Website |\n| Acme | a.example |\n", ["a.example"]),
]


@pytest.mark.parametrize(("text", "domains"), PASTED)
def test_pasted(text, domains):
    assert [getattr(entry, "domain", None) for entry in read(text.encode())] == domains


NAMES_ALONE = [
    ("Firma;Website\nAcme GmbH;\nBolt;b.example\n", "“Acme GmbH” has no website in this row"),
    ("公司,网址\n宁波海天,\n乙,b.example\n", "“宁波海天” has no website in this row"),
    ("Acme GmbH & Co. KG\nb.example\n", "name without a website"),
    ("宁波海天机械\nb.example\n", "name without a website"),
]


@pytest.mark.parametrize(("text", "reason"), NAMES_ALONE)
def test_names_without_a_website_are_told(text, reason):
    rejected, seed = read(text.encode())
    assert isinstance(rejected, RejectedLine)
    assert reason in rejected.reason
    assert seed.domain == "b.example"


def test_a_table_of_names_is_refused_as_such(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("公司名称,城市\n宁波海天,宁波\n", "utf-8")
    with pytest.raises(SeedListError, match="has the companies' names, but no column of their websites"):
        check_list(str(path))


ROWS = [
    ["Messe 2026", None, None],
    [None, None, None],
    ["公司", "网址", "Seit"],
    ["宁波海天", "www.a.example", date(2020, 1, 2)],
    ["Größe & Söhne", None, 3.0],
    [None, None, None],
    ["Bolt", "https://b.example/x", datetime(2020, 1, 2, 3, 4, tzinfo=UTC).replace(tzinfo=None)],
]


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    other = book.create_sheet("Zweite")
    other.append(["domain"])
    other.append(["c.example"])
    book.create_sheet("Versteckt", 0).sheet_state = "hidden"
    path = tmp_path / "list.XLSX"
    book.save(path)
    return str(path)


def test_workbook(workbook):
    assert check_list(workbook) == 3
    first, rejected, last = read_seeds(workbook)
    assert (first.line, first.domain, dict(first.extra)) == (4, "a.example", {"公司": "宁波海天", "Seit": "2020-01-02"})
    assert (rejected.line, rejected.text) == (5, "Größe & Söhne\t\t3")
    assert "no website" in rejected.reason
    assert (last.line, last.extra["Seit"]) == (7, "2020-01-02T03:04:00")


@pytest.mark.parametrize("sheet", ["Zweite", "zweite ", "3"])
def test_sheet(workbook, sheet):
    assert [seed.domain for seed in read_seeds(workbook, sheet=sheet)] == ["c.example"]


def test_sheets_that_are_not_there(workbook, tmp_path):
    with pytest.raises(SeedListError, match=r"no sheet “x”; it has “Versteckt”, “Sheet”, “Zweite”"):
        check_list(workbook, sheet="x")
    (tmp_path / "list.txt").write_text("a.example\n")
    with pytest.raises(SeedListError, match="has no sheets"):
        check_list(str(tmp_path / "list.txt"), sheet="x")
    with pytest.raises(SeedListError, match="empty"):
        check_list(workbook, sheet="Versteckt")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.xlsx", b"", "is damaged"),
        ("list.xlsx", b"PK\x03\x04 no archive", "is damaged"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0", "protected by a password"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        ("list.ods", b"PK\x03\x04", "a LibreOffice workbook"),
        ("none.xlsx", None, "There is no file"),
    ],
)
def test_workbooks_that_cannot_be_read(name, content, reason, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SeedListError, match=reason):
        check_list(str(tmp_path / name))
