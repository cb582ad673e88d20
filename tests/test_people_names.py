"""What is a person's name, a job title, and whose name an address holds."""

from __future__ import annotations

import pytest

from harvester.extract.job_titles import is_job_title, parse_job_title
from harvester.extract.person_names import agreement, is_personal, parse_person

NAMES = [
    ("Maria Huber", "Maria Huber"),
    ("Dr. Maria Huber, MBA", "Maria Huber"),
    ("Huber, Maria", "Maria Huber"),
    ("J. R. Smith", "J. R. Smith"),
    ("Jean-Pierre de la Cruz", "Jean-Pierre de la Cruz"),
    ("Seán O'Brien", "Seán O'Brien"),
    ("MARIA HUBER", "MARIA HUBER"),
    ("Frau Huber", "Huber"),
    ("Prof. Dr. med. Anna-Lena von Berg", "Anna-Lena von Berg"),
    ("Петров Иван Сергеевич", "Петров Иван Сергеевич"),
    ("山田 太郎", "山田 太郎"),
    ("王伟先生", "王伟"),
    ("김민수", "김민수"),
    ("Ludwig van den Berg", "Ludwig van den Berg"),
]
NOT_PERSONS = [
    "Contact Us",
    "Sales Manager",
    "Acme GmbH",
    "maria",
    "Maria",
    "info@acme.example",
    "Maria Huber 2",
    "Our Products",
    "Hotel Maria",
    "Via Alessandro Manzoni",
    "联系我们",
    "总经理",
    "Öffnungszeiten",
    "",
    "A",
    "and the",
    "iPhone Repair",
    "GeoPump Solutions",
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_person_names(text: str, name: str) -> None:
    person = parse_person(text)
    assert person is not None
    assert person.name == name


@pytest.mark.parametrize("text", NOT_PERSONS)
def test_not_person_names(text: str) -> None:
    assert parse_person(text) is None


@pytest.mark.parametrize("text", ["Richmond, Virginia", "ATLANTA, GEORGIA", "Richmond Virginia"])
def test_a_city_and_its_state_do_not_look_like_a_name(text: str) -> None:
    person = parse_person(text)
    assert person is not None
    assert person.evidence == 0


@pytest.mark.parametrize("text", ["Virginia Woolf", "Georgia Pappas", "Anna Virginia", "Dr. Virginia Woolf"])
def test_persons_with_the_name_of_a_state(text: str) -> None:
    person = parse_person(text)
    assert person is not None
    assert person.evidence > 0


AGREEMENT = [
    ("Maria Huber", "m.huber", 2),
    ("Maria Huber", "huber.maria", 2),
    ("Maria Huber", "mhuber", 2),
    ("Maria Huber", "mariah", 2),
    ("Maria Huber", "huber", 1),
    ("Maria Huber", "maria", 1),
    ("Maria Huber", "mh", 1),
    ("Maria Huber", "info", 0),
    ("Maria Huber", "j.smith", 0),
    ("Jörg Müller", "j.mueller", 2),
    ("Jörg Müller", "j.muller", 2),
    ("Иван Петров", "i.petrov", 2),
    ("周明明", "zhoumingming", 1),
    ("周明明", "wang", 0),
    ("Kris Znatowicz", "kris_znatowicz", 2),
    ("Maria Huber", "", 0),
]


@pytest.mark.parametrize(("name", "local_part", "degree"), AGREEMENT)
def test_agreement(name: str, local_part: str, degree: int) -> None:
    assert agreement(name, local_part) == degree


def test_personal_mailbox_names() -> None:
    assert all(map(is_personal, ("m.huber", "maria", "john.smith", "jan_novak")))
    assert not any(map(is_personal, ("info", "sales.de", "office", "contact-us", "x7", "")))


TITLES = [
    "Leiter Einkauf",
    "Vertriebsleiterin",
    "Head of Procurement",
    "CEO",
    "销售经理",
    "代表取締役",
    "Менеджер по продажам",
    "Responsable achats",
    "Owner / Manager",
    "Satın Alma Müdürü",
    "Toimitusjohtaja",
    "Notaire associé",
    "Amministratore unico",
    "Titolare",
    "Inköpschef",
    "Kierownik działu zakupów",
    "Vedoucí nákupu",
    "Beszerzési vezető",
    "Υπεύθυνος πωλήσεων",
    "Начальник отдела снабжения",
    "采购经理",
    "Giám đốc kinh doanh",
    "Geoloog",
]
NOT_TITLES = [
    "Maria Huber",
    "Tel. 089 1234567",
    "80801 München",
    "",
    "info@acme.example",
    "We have been making pumps since 1950 and still love it today.",
]


@pytest.mark.parametrize("text", TITLES)
def test_job_titles(text: str) -> None:
    assert parse_job_title(text) == text


@pytest.mark.parametrize("text", NOT_TITLES)
def test_not_job_titles(text: str) -> None:
    assert parse_job_title(text) is None
    assert not is_job_title(text)
