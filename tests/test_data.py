"""Word lists and tables: sorted, unique, with a header; and phrases found as whole words."""

from importlib.resources import files

import pytest

from harvester.data import load_table, load_words
from harvester.data.phrases import PhraseTable, plain, split_words

FOLDER = files("harvester.data")
WORD_LISTS = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".txt"))
TABLES = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".tsv"))
# Rows are tried one after the other: their order has a meaning.
ORDERED = {"bounce_reasons.tsv", "code_pages.tsv", "crm_fields.tsv", "crm_push_fields.tsv", "postcodes.tsv"}
ORDERED |= {"well_known_paths.tsv"}


def content(name):
    lines = FOLDER.joinpath(name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", WORD_LISTS + TABLES)
def test_header_says_source_licence_and_date(name):
    header = [line for line in FOLDER.joinpath(name).read_text("utf-8").splitlines() if line.startswith("#")]
    text = "\n".join(header).lower()
    assert "source" in text
    assert "licence" in text
    assert "20" in text


@pytest.mark.parametrize("name", WORD_LISTS + TABLES)
def test_rows_are_unique_and_trimmed(name):
    rows = content(name)
    assert len(rows) == len(set(rows))
    assert [row for row in rows if row != row.strip(" \r\n")] == []


@pytest.mark.parametrize("name", [*WORD_LISTS, *sorted(set(TABLES) - ORDERED)])
def test_rows_are_sorted(name):
    rows = [row.split("\t") for row in content(name)]
    assert rows == sorted(rows)


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_rectangular(name):
    assert len({len(row) for row in load_table(name.removesuffix(".tsv"))}) == 1


def test_missing_list_says_so():
    with pytest.raises(FileNotFoundError):
        load_words("no_such_list")


SPLIT = [
    ("ContactUs", ["contact", "us"]),
    ("contact-us_2.html", ["contact", "us", "2", "html"]),
    ("Über uns", ["uber", "uns"]),
    ("İLETİŞİM", ["iletisim"]),
    ("Kontakt / Impressum", ["kontakt", "impressum"]),
    ("о компании", ["о", "компании"]),
    ("Contact联系我们", ["contact", "联系我们"]),
    ("संपर्क करें", ["संपर्क", "करें"]),
    ("ติดต่อเรา", ["ติดต่อเรา"]),
    ("درباره\u200cی ما", ["درباره", "ی", "ما"]),
    ("HTMLPage", ["html", "page"]),
    ("København Łódź", ["kobenhavn", "lodz"]),
    ("", []),
    ("—", []),
]


@pytest.mark.parametrize(("text", "words"), SPLIT)
def test_split_words(text, words):
    assert split_words(text) == tuple(words)


@pytest.mark.parametrize("text", ["Über", "ΣΧΕΤΙΚΆ", "İstanbul", "ガイド", "हिन्दी", "straße", "ﬁn"])
def test_plain_is_idempotent(text):
    assert plain(plain(text)) == plain(text)


PHRASES = PhraseTable([("a", "contact"), ("b", "contact lens"), ("c", "=about"), ("d", "联系"), ("e", "联系统")])
FOUND = [
    ("Contact", [("a", "contact")], 0),
    ("contact our office", [("a", "contact")], 2),
    ("contact lens", [("b", "contact lens")], 0),
    ("About", [("c", "about")], 0),
    ("我要联系你", [("d", "联系")], 1),
    ("Contact 联系", [("d", "联系"), ("a", "contact")], 0),
    ("关联系统", [("e", "联系统")], 0),
    ("contact 12 in", [("a", "contact")], 0),
]
NOT_FOUND = ["contactor", "contactless", "recontact", "about it", "", "系联"]


@pytest.mark.parametrize(("text", "matches", "rest"), FOUND)
def test_find(text, matches, rest):
    found, unexplained = PHRASES.find(text)
    assert ([tuple(match) for match in found], unexplained) == (matches, rest)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_find_nothing(text):
    assert PHRASES.find(text)[0] == []


def test_empty_table_finds_nothing():
    assert PhraseTable([]).find("contact 联系") == ([], 2)
