"""Job titles and labels in many languages: the department counts, not the word for who leads it."""

from __future__ import annotations

import pytest

from harvester.classify.roles import role_of_label, role_of_local, role_of_title
from harvester.data import load_words
from harvester.model import Role

PURCHASING = [
    "Kierownik działu zakupów",
    "Kierownik zakupów",
    "Dział zakupów",
    "Руководитель отдела закупок",
    "Vedoucí nákupu",
    "Satın alma müdürü",
    "Начальник отдела закупок",
    "Šef nabave",
    "Beszerzési vezető",
    "Ostopäällikkö",
    "Indkøbschef",
    "Inköpschef",
    "Innkjøpssjef",
    "Responsable des achats",
    "Responsabile acquisti",
    "Jefe de compras",
    "Gerente de compras",
    "Chefe de compras",
    "Hoofd inkoop",
    "Leiter Einkauf",
    "Einkaufsleiter",
    "采购经理",
    "購買部長",
    "구매팀장",
    "Trưởng phòng mua hàng",
    "Manajer pembelian",
    "Υπεύθυνος προμηθειών",
    "Director de achiziții",
    "Ръководител покупки",
    "Menedżer ds. zakupów",
    "Specjalista ds. zakupów",
    "Менеджер по закупкам",
    "Специалист по закупкам",
    "Директор по закупкам",
    "Заместитель начальника отдела закупок",
    "Керівник відділу закупівель",
    "Начальник відділу постачання",
    "Manažer nákupu",
    "Vedoucí oddělení nákupu",
    "Vedúci nákupu",
    "Vodja nabave",
    "Voditelj nabave",
    "Rukovodilac nabavke",
    "Руководилац набавке",
    "Раководител за набавки",
    "Beszerzési osztályvezető",
    "Hankintapäällikkö",
    "Ostujuht",
    "Hankejuht",
    "Indkøbsansvarlig",
    "Inköpsansvarig",
    "Innkjøpsleder",
    "Innkaupastjóri",
    "Leiterin der Einkaufsabteilung",
    "Strategischer Einkäufer",
    "Hoofd van de inkoopafdeling",
    "Aankoopverantwoordelijke",
    "Directeur des achats",
    "Responsable du service achats",
    "Direttore degli acquisti",
    "Directora de compras",
    "Diretor de Compras",
    "Responsável de compras",
    "Cap de compres",
    "Șef departament achiziții",
    "Διευθυντής προμηθειών",
    "Προϊστάμενος τμήματος προμηθειών",
    "Satınalma Müdürü",
    "Satınalma şefi",
    "Pirkimų vadovas",
    "Iepirkumu vadītājs",
    "Shef i prokurimit",
    "مدير المشتريات",
    "رئيس قسم المشتريات",
    "مدیر خرید",
    "מנהל רכש",
    "מנהלת הרכש",
    "क्रय प्रबंधक",
    "შესყიდვების მენეჯერი",
    "Գնումների ղեկավար",
    "ผู้จัดการฝ่ายจัดซื้อ",
    "Trưởng bộ phận mua hàng",
    "Giám đốc mua hàng",
    "Kepala bagian pembelian",
    "Manajer pengadaan",
    "Pengurus perolehan",
    "採購經理",
    "采购总监",
    "購買課長",
    "調達部",
    "資材部長",
    "구매부장",
    "구매 담당자",
    "Head of the Purchasing Department",
    "Senior Buyer",
    "Meneja ununuzi",
]
SALES = [
    "Kierownik sprzedaży",
    "Dyrektor sprzedaży",
    "Kierownik działu sprzedaży",
    "Руководитель отдела продаж",
    "Директор по продажам",
    "Коммерческий директор",
    "Vedoucí prodeje",
    "Obchodní ředitel",
    "Obchodný riaditeľ",
    "Vedúci predaja",
    "Satış müdürü",
    "Vertriebsleiter",
    "Leiter Vertrieb",
    "Vertriebsleitung",
    "销售经理",
    "銷售經理",
    "営業部長",
    "영업팀장",
    "Керівник відділу продажу",
    "Менеджер з продажу",
    "Ръководител продажби",
    "Търговски директор",
    "Voditelj prodaje",
    "Vodja prodaje",
    "Шеф продаје",
    "Értékesítési vezető",
    "Kereskedelmi igazgató",
    "Myyntipäällikkö",
    "Müügijuht",
    "Salgschef",
    "Försäljningschef",
    "Salgssjef",
    "Sölustjóri",
    "Hoofd verkoop",
    "Responsable des ventes",
    "Responsabile vendite",
    "Jefe de ventas",
    "Gerente de vendas",
    "Director de vânzări",
    "Υπεύθυνος πωλήσεων",
    "Διευθυντής Πωλήσεων",
    "Pardavimų vadovas",
    "Pārdošanas vadītājs",
    "مدير المبيعات",
    "מנהל מכירות",
    "مدیر فروش",
    "ผู้จัดการฝ่ายขาย",
    "Trưởng phòng kinh doanh",
    "Manajer penjualan",
    "გაყიდვების მენეჯერი",
]
EXPORT = [
    "Eksport menedżer",
    "Kierownik eksportu",
    "Specjalista ds. eksportu",
    "Менеджер по экспорту",
    "Начальник отдела ВЭД",
    "Директор по экспорту",
    "İhracat müdürü",
    "İhracat Sorumlusu",
    "Dış ticaret müdürü",
    "外贸经理",
    "外貿經理",
    "海外営業部長",
    "해외영업팀장",
    "수출 담당자",
    "Exportleiter",
    "Leiter Export",
    "Export menedzser",
    "Exportvezető",
    "Vientipäällikkö",
    "Ekspordijuht",
    "Eksportchef",
    "Exportchef",
    "Eksportsjef",
    "Vedoucí exportu",
    "Vedoucí vývozu",
    "Voditelj izvoza",
    "Менеджер з експорту",
    "Ръководител износ",
    "Responsable export",
    "Responsabile export",
    "Ufficio esportazioni",
    "Jefe de exportación",
    "Gerente de exportação",
    "Director export",
    "Υπεύθυνος εξαγωγών",
    "Eksporto vadybininkas",
    "Eksporta vadītājs",
    "مدير التصدير",
    "מנהל יצוא",
    "مدیر صادرات",
    "ผู้จัดการฝ่ายส่งออก",
    "Trưởng phòng xuất khẩu",
    "Manajer ekspor",
    "Экспорт менеджер",
    "出口经理",
]
MANAGEMENT = [
    "Właściciel",
    "Prezes zarządu",
    "Генеральный директор",
    "Jednatel",
    "Majitel",
    "Genel Müdür",
    "Ügyvezető igazgató",
    "Toimitusjohtaja",
    "Inhaber, Vertriebsleiter",
    "Founder and Head of Sales",
    "Prezes, sprzedaż",
    "CEO, Sales",
    "Владелец, отдел продаж",
    "Generální ředitel, obchod",
    "Tổng giám đốc",
    "总经理",
    "社長",
    "대표이사",
    "Руководитель",
    "Kierownik",
    "Müdür",
    "Директор",
    "Vedoucí",
    "Hoofd",
    "Giám đốc",
    "مدير",
]
NOT_A_ROLE = [
    "Ведущий инженер-сварщик",
    "Spawacz",
    "Specialist",
    "Responsable",
    "Leiter",
    "Teamleiter",
    "Hoofdstraat",
    "Мои покупки",
    "Mua hàng",
    "Satın Almak",
    "Nakupovat",
    "Ostoskori",
    "the",
    "担当",
    "Agnieszka Tarnowicz",
    "Jan Kupiec",
]
# Between other words, where a label would be a sentence or a name.
SAID_IN_TITLES_ONLY = [
    ("Kierownik zakupów, Jan Kowalski", Role.PURCHASING),
    ("Ing. Roe, vedoucí nákupu", Role.PURCHASING),
    ("Doe Metall Vertriebsleiter", Role.SALES),
]
DEPARTMENTS = [
    *((title, Role.PURCHASING) for title in PURCHASING),
    *((title, Role.SALES) for title in SALES),
    *((title, Role.EXPORT) for title in EXPORT),
]


@pytest.mark.parametrize(("title", "role"), DEPARTMENTS)
def test_the_department_outranks_its_leader(title: str, role: Role) -> None:
    assert role_of_title(title) is role
    assert role_of_label(title) is role


@pytest.mark.parametrize("title", MANAGEMENT)
def test_leaders_of_the_company_are_management(title: str) -> None:
    assert role_of_title(title) is Role.MANAGEMENT


@pytest.mark.parametrize("title", NOT_A_ROLE)
def test_not_a_role(title: str) -> None:
    assert role_of_title(title) is None
    assert role_of_label(title) is None


@pytest.mark.parametrize(("title", "role"), SAID_IN_TITLES_ONLY)
def test_a_label_has_no_other_words(title: str, role: Role) -> None:
    assert role_of_title(title) is role
    assert role_of_label(title) is None


def test_words_of_titles_name_no_role() -> None:
    words = load_words("title_words")
    assert {word for word in words if role_of_title(word)} == set()
    assert {word for word in words if role_of_local(word)} == set()


def test_words_of_rank_are_management() -> None:
    words = load_words("rank_words") - {"dir", "vp"}
    assert {word for word in words if role_of_title(word) is not Role.MANAGEMENT} == set()
