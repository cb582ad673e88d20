"""Countries from cities, names of countries, register numbers and lone postcodes; none from prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.data import load_table
from harvester.extract.page import Document
from harvester.extract.places import STRONG, countries_of_places, countries_of_registers
from harvester.extract.postal import extract_postal_address

PLACES = [
    ("80801 München", "DE"),
    ("Besuchen Sie uns: 1090 Wien, Mustergasse 3-7", "AT"),
    ("Sie finden uns in Innsbruck, Pradl, Musterplatz 2, Tel. 0512-000808.", "AT"),
    ("P.O. box 0000-00100,\nNairobi, Kenya.", "KE"),
    ("15/59 Đường Ví Dụ, Quận Tân Phú, TP. Hồ Chí Minh", "VN"),
    ("Plot 12, Sector 5, Mumbai 400001", "IN"),
    ("Bourse du Travail\nPlace Exemple\n13001 Marseille, France.", "FR"),
    ("地址：佛山市顺德区北滘镇虚构路12号", "CN"),
    ("住所：大阪府大阪市中央区1-2-3", "JP"),
    ("No.6, Sample Road, Industrial Park, Tianjin, China", "CN"),
    ("ul. Przykładowa 5\n00-950 WARSZAWA", "PL"),
    ("12 Sample Street\nCape Town, South Africa", "ZA"),
]
NOT_PLACES = [
    "",
    "We deliver to Berlin and Paris every day.",
    "Flights to Berlin",
    "In 2020 Berlin became our second home",
    "Members across 50 states in the U.S. as well as Canada.",
    "We ship to France, Germany, Italy and many other countries of the European Union without any customs to pay.",
    "Madame Viennafield, 12345 reasons to smile",
    "Vienna sausages 12 pieces",
]


@pytest.mark.parametrize(("text", "country"), PLACES)
def test_country_of_an_address(text: str, country: str) -> None:
    assert countries_of_places(text) == {country: STRONG}


@pytest.mark.parametrize("text", NOT_PLACES)
def test_prose_tells_no_country(text: str) -> None:
    assert STRONG not in countries_of_places(text).values()


def test_branches_in_two_countries_are_a_weak_sign() -> None:
    assert STRONG not in countries_of_places("80801 München, Ring 1\n1090 Wien, Ring 2").values()


def test_city_in_a_title_is_a_weak_sign() -> None:
    votes = countries_of_places("", "Entrümpelung Karlsruhe")
    assert list(votes) == ["DE"]
    assert votes["DE"] < STRONG


REGISTERS = [
    ("RUT: 76.123.456-7", "CL"),
    ("湘ICP备00000001号-2", "CN"),
    ("备案序号：京ICP备00000004号", "CN"),
    ("P.IVA 01234567890", "IT"),
    ("P. IVA / VAT 01234567890", "IT"),
    ("C.F. 01234567890", "IT"),
    ("SIRET : 123 456 789 00012", "FR"),
    ("123 456 789 RCS Lyon", "FR"),
    ("KvK: 12345678", "NL"),
    ("ABN 12 345 678 901", "AU"),
    ("GSTIN: 22AAAAA0000A1Z5", "IN"),
    ("CNPJ: 12.345.678/0001-90", "BR"),
    ("ΑΦΜ: 123456789", "GR"),
    ("NIP: 123-456-78-90, REGON: 123456789", "PL"),
    ("DIČ: CZ12345678", "CZ"),
    ("IČ DPH: SK2012345678", "SK"),
    ("C.I.F.: B-12345678", "ES"),
    ("CIF: RO 1234567", "RO"),
    ("FN 123456a, Handelsgericht", "AT"),
    ("UID: ATU12345678", "AT"),
    ("USt-IdNr.: DE123456789", "DE"),
    ("HRB 12345", "DE"),
    ("VAT: BE 0123.456.789", "BE"),
    ("Org.nr: 123 456 789", "NO"),
    ("Org.nr: 556677-8899", "SE"),
    ("ИНН 7712345678", "RU"),
    ("ЄДРПОУ: 12345678", "UA"),
    ("OIB: 12345678901", "HR"),
    ("adószám: 12345678-2-41", "HU"),
    ("Registered in England No. 1234567", "GB"),
    ("Vergi Dairesi: Ulus", "TR"),
]
NOT_REGISTERS = [
    "",
    "Our RUT tractor has 12 gears",
    "CIF Hamburg: 12345678",
    "FN 12 jokes",
    "The NIP of the cold",
    "Please ABN",
    "HRB",
    "VAT included",
    "VAT 20 %: 123456789",
    "RCS is our standard",
    "Org.nr",
]


@pytest.mark.parametrize(("text", "country"), REGISTERS)
def test_country_of_a_register(text: str, country: str) -> None:
    votes = countries_of_registers(f"Acme\n{text}\nAll rights reserved")
    assert votes.most_common(1) == [(country, STRONG)]


@pytest.mark.parametrize("text", NOT_REGISTERS)
def test_no_register(text: str) -> None:
    assert not countries_of_registers(text)


def test_number_that_two_countries_call_the_same_is_a_weak_sign() -> None:
    votes = countries_of_registers("IČO: 123 45 678")
    assert set(votes) == {"CZ", "SK"}
    assert max(votes.values()) < STRONG


POSTCODES = [
    ("The Lantern\nHigh Street,\nSwindon\nSN5 0AB", "GB"),
    ("Located: Laguna Niguel CA, 92677", "US"),
    ("Pierrefonds (Québec)\nH9H 5L2", "CA"),
]
NOT_POSTCODES = ["Intel Core, 16 GB, 3 years", "Only $199 CA 92677", "Model 2013, part 123 456 TX 75001", "Room AB1"]


@pytest.mark.parametrize(("text", "country"), POSTCODES)
def test_postcode_without_street(text: str, country: str) -> None:
    assert extract_postal_address(Document(url="https://acme.example/", text=text)) == ("", country)


@pytest.mark.parametrize("text", NOT_POSTCODES)
def test_no_postcode(text: str) -> None:
    assert extract_postal_address(Document(url="https://acme.example/", text=text)) is None


def test_each_name_means_one_country() -> None:
    names = [name for row in load_table("cities") for name in row[1].split("|")]
    assert len(names) == len(set(names))
    codes = {row[0] for row in load_table("countries")}
    assert {row[0] for table in ("cities", "registrations") for row in load_table(table)} - codes <= {"-"} | {
        row[0] for row in load_table("cities")
    }


@settings(max_examples=60)
@given(st.text(), st.sampled_from(["Wien", "P.IVA", "ICP备", "Canada", "地址", "VAT"]), st.text())
def test_nothing_raises(before: str, word: str, after: str) -> None:
    text = f"{before} {word} {after}"
    countries_of_places(text, text)
    countries_of_registers(text)
