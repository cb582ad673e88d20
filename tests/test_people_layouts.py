"""Who reads an address, on cards, in tables and in lines of forty languages; and lines that name nobody."""

import pytest

from tests.eval.pages import fold
from tests.reading import read_site_of_one_page

# Language of the page, person, title, mailbox name.
PEOPLE = [
    ("de", "Sabine Köhler", "Leiterin Einkauf", "s.koehler"),
    ("de", "Thomas Brandt", "Geschäftsführer", "brandt"),
    ("de", "Jürgen Weiß", "Vertrieb Innendienst", "j.weiss"),
    ("de", "Petra Schulze-Maier", "Strategische Einkäuferin", "p.schulze"),
    ("fr", "Élodie Marchand", "Responsable des achats", "e.marchand"),
    ("fr", "Jean-Luc Petit", "Directeur commercial", "jlpetit"),
    ("fr", "Anaïs Le Goff", "Assistante export", "a.legoff"),
    ("es", "María José Fernández", "Jefa de Compras", "mj.fernandez"),
    ("es", "Íñigo Ruiz", "Director General", "iruiz"),
    ("es", "Ana Belén Castro", "Departamento de exportación", "abcastro"),
    ("it", "Giulia Ferrari", "Responsabile Acquisti", "g.ferrari"),
    ("it", "Paolo De Luca", "Titolare", "paolo"),
    ("it", "Francesco Pellicano", "Ufficio commerciale estero", "f.pellicano"),
    ("pt", "João Carvalho", "Gerente de Compras", "joao.carvalho"),
    ("pt", "Inês Sousa", "Sócia-gerente", "ines"),
    ("nl", "Willem van den Berg", "Inkoper", "w.vandenberg"),
    ("nl", "Sanne de Vries", "Verkoop binnendienst", "sanne"),
    ("pl", "Małgorzata Wiśniewska", "Kierownik działu zakupów", "m.wisniewska"),
    ("pl", "Paweł Nowak", "Prezes zarządu", "p.nowak"),
    ("pl", "Agnieszka Zając", "Specjalista ds. eksportu", "a.zajac"),
    ("cs", "Jiří Dvořák", "Vedoucí nákupu", "dvorak"),
    ("cs", "Lenka Horáková", "Obchodní ředitelka", "horakova"),
    ("sk", "Zuzana Kováčová", "Vedúca nákupu", "kovacova"),
    ("hu", "Nagy Péter", "Beszerzési vezető", "nagy.peter"),
    ("hu", "Szabó Éva", "Ügyvezető igazgató", "szabo.eva"),
    ("ro", "Andrei Popescu", "Director achiziții", "andrei.popescu"),
    ("bg", "Иван Петров", "Управител", "ivan.petrov"),
    ("el", "Γιώργος Παπαδόπουλος", "Υπεύθυνος προμηθειών", "g.papadopoulos"),
    ("hr", "Marko Horvat", "Voditelj nabave", "marko.horvat"),
    ("sl", "Matej Novak", "Vodja prodaje", "matej.novak"),
    ("sr", "Milica Jovanović", "Direktor nabavke", "milica"),
    ("tr", "Ahmet Yılmaz", "Satın Alma Müdürü", "a.yilmaz"),
    ("tr", "Ayşe Demir", "Genel Müdür", "ayse.demir"),
    ("ru", "Сергей Иванов", "Начальник отдела закупок", "ivanov"),
    ("ru", "Ольга Смирнова", "Менеджер по продажам", "smirnova"),
    ("uk", "Олена Шевченко", "Менеджер із закупівель", "shevchenko"),
    ("sv", "Anna Lindström", "Inköpschef", "anna.lindstrom"),
    ("sv", "Björn Åkesson", "VD", "bjorn"),
    ("da", "Mette Sørensen", "Indkøbschef", "mso"),
    ("da", "Lars Kjær", "Adm. direktør", "lk"),
    ("nb", "Kari Nordmann", "Innkjøpsansvarlig", "kari"),
    ("nb", "Øystein Hagen", "Daglig leder", "oystein.hagen"),
    ("fi", "Matti Virtanen", "Ostopäällikkö", "matti.virtanen"),
    ("fi", "Päivi Mäkinen", "Toimitusjohtaja", "paivi.makinen"),
    ("et", "Tiina Tamm", "Ostujuht", "tiina"),
    ("lv", "Jānis Bērziņš", "Iepirkumu vadītājs", "janis.berzins"),
    ("lt", "Rūta Kazlauskienė", "Pirkimų vadovė", "ruta"),
    ("is", "Guðrún Jónsdóttir", "Innkaupastjóri", "gudrun"),
    ("zh", "王伟", "采购经理", "wangwei"),
    ("zh", "李娜", "销售总监", "lina"),
    ("zh", "张先生", "外贸部经理", "export1"),
    ("ja", "田中 太郎", "購買部長", "tanaka"),
    ("ja", "佐藤花子", "営業部 課長", "sato"),
    ("ko", "김민수", "구매팀장", "mskim"),
    ("ko", "이지은", "해외영업 담당", "jelee"),
    ("ar", "أحمد محمود", "مدير المشتريات", "ahmed"),
    ("ar", "فاطمة الزهراء", "مديرة المبيعات", "fatima"),
    ("fa", "رضا کریمی", "مدیر خرید", "karimi"),
    ("he", "דוד כהן", "מנהל רכש", "david"),
    ("vi", "Nguyễn Văn An", "Trưởng phòng mua hàng", "an.nguyen"),
    ("th", "สมชาย ใจดี", "ผู้จัดการฝ่ายจัดซื้อ", "somchai"),
    ("id", "Budi Santoso", "Manajer Pembelian", "budi.santoso"),
    ("hi", "राजेश कुमार", "क्रय प्रबंधक", "rajesh"),
    ("en", "Rajesh Iyer", "Purchase Manager", "rajesh.iyer"),
    ("en", "Siobhan O'Brien", "Head of Procurement", "siobhan"),
    ("en", "Wei Zhang", "Overseas Sales Manager", "wei"),
    ("en", "Mohammed Al-Harbi", "Procurement Officer", "m.alharbi"),
    ("en", "Thandiwe Nkosi", "Buyer", "thandiwe"),
    ("en", "Olumide Adeyemi", "Managing Director", "olumide"),
]
LAYOUTS = {
    "card": '<div class="card"><img src="a.jpg" alt=""><h4>{n}</h4><p class="role">{t}</p>'
    '<p>Tel. +49 30 123456</p><a href="mailto:{a}">{a}</a></div>',
    "row": '<table><tr><td>{n}</td><td>{t}</td><td><a href="mailto:{a}">{a}</a></td></tr></table>',
    "row with the title first": "<table><tr><td>{t}</td><td>{n}</td><td>{a}</td></tr></table>",
    "line": "<p>{t}: {n}, {a}</p>",
    "line with a dash": "<p>{n} – {t}<br>E-mail: {a}</p>",
    "item with brackets": '<ul><li><b>{n}</b> ({t}) <a href="mailto:{a}">{a}</a></li></ul>',
    "line with commas": "<p>{n}, {t}, {a}</p>",
}
GLUED = '<div class="member"><span>{t}</span><strong>{n}</strong><br><a href="mailto:{a}">E-Mail</a></div>'
# Nothing but a style sheet parts name and title, and no capital letter in the middle of a word shows where.
NOT_UNGLUED = {
    "Björn Åkesson",
    "Matti Virtanen",
    "Olumide Adeyemi",
    "Tiina Tamm",
    "Иван Петров",
    "דוד כהן",
    "أحمد محمود",
    "رضا کریمی",
    "فاطمة الزهراء",
    "राजेश कुमार",
    "สมชาย ใจดี",
    "佐藤花子",
    "张先生",
    "李娜",
    "王伟",
    "田中 太郎",
    "김민수",
    "이지은",
}
NOBODY = [
    "<h2>Sales Department</h2><p>Northern Region: {a}</p>",
    "<p>Head Office: Acme Steel Ltd, {a}</p>",
    "<h3>Quality Manager</h3><p>Acme Steel Works<br>{a}</p>",
    "<p>Einkauf: {a}</p>",
    "<p>Abteilung Vertrieb Innendienst<br>{a}</p>",
    (
        "<table><tr><td>Berlin Mitte</td><td>{a}</td></tr><tr><td>Hamburg"
        " Nord</td><td>x@acme-steel.example</td></tr></table>"
    ),
    "<h4>Customer Service</h4><p>Monday to Friday<br>{a}</p>",
    "<p>Standort Süd Bayern, Leiter, {a}</p>",
    "<p>金属制品事业部 经理 {a}</p>",
    "<table><tr><td>金属制品</td><td>销售部</td><td>{a}</td></tr></table>",
    "<p>高级工程<br>技术部<br>{a}</p>",
    "<p>東京支店 営業部 {a}</p>",
    "<p>本社 総務部<br>{a}</p>",
    "<p>서울 지점 영업팀 {a}</p>",
    "<p>قسم المبيعات: شركة الصلب الحديثة, {a}</p>",
    "<p>Отдел продаж: Северный регион, {a}</p>",
    "<p>Dział Handlowy – Stal Nierdzewna<br>{a}</p>",
    "<p>Service Commercial – Ile de France, {a}</p>",
    "<p>Ufficio Acquisti – Zona Industriale Nord, {a}</p>",
    "<p>Departamento de Compras<br>Polígono Industrial San José<br>{a}</p>",
    "<p>John Deere parts: {a}</p>",
    "<p>Rolls Royce Engines<br>Sales Manager<br>{a}</p>",
    "<p>Black Forest Steel – Sales<br>{a}</p>",
    "<h3>St. Mary Hospital</h3><p>Procurement Office<br>{a}</p>",
    "<p>© 2024 Acme Steel | Director General | {a}</p>",
    "<p>Terms and Conditions | Privacy | {a}</p>",
    "<p>Grand Hotel Europa<br>Reservations<br>{a}</p>",
    "<p>New York Office | Sales | {a}</p>",
    "<p>Buenos Aires: ventas, {a}</p>",
    "<p>Red Bull Team<br>Manager<br>{a}</p>",
    "<p>Porto Alegre – Gerente – {a}</p>",
    '<p>"Great service and quick delivery!" Jane Roe, Chicago</p><p>Questions? {a}</p>',
    "<p>Blog by Jane Roe, 5 May</p><p>{a}</p>",
    "<h2>News</h2><p>Jane Roe joins the board</p><footer>{a}</footer>",
    "<p>医药 公司 销售 {a}</p>",
    "<p>张家港市 销售部 {a}</p>",
    "<p>江苏省 总经理 {a}</p>",
    "<p>中山市<br>销售部<br>{a}</p>",
    "<p>石家庄<br>办事处<br>{a}</p>",
    "<p>大阪営業所<br>{a}</p>",
    "<p>広島<br>営業部<br>{a}</p>",
    "<p>강남 지점장 {a}</p>",
]
XFAIL = ["<p>王府井 店长 {a}</p>", "<p>黄山 经理 {a}</p>"]  # names of places that begin like a family name


def read_first(html: str, language: str = "en"):
    page = read_site_of_one_page(f"<html lang={language}><main>{html}</main>", path="/team")
    return {contact.address.partition("@")[0]: (contact.person, contact.job_title) for contact in page.contacts}


@pytest.mark.parametrize("layout", [*LAYOUTS, "glued"])
@pytest.mark.parametrize(("language", "person", "title", "local"), PEOPLE, ids=str)
def test_person_and_title(language: str, person: str, title: str, local: str, layout: str) -> None:
    if layout == "glued" and person in NOT_UNGLUED:
        pytest.skip("cannot be told apart")
    block = LAYOUTS.get(layout, GLUED)
    shown = block.format(n=person, t=title, a=f"{local}@acme-steel.example")
    other = block.format(n="Petra Schulze", t="Vertriebsleiterin", a="p.schulze1@acme-steel.example")
    found = read_first(shown + other, language)[local]
    assert [fold(text) for text in found] == [fold(person), fold(title)]


@pytest.mark.parametrize("local", ["info", "sales", "xrc"])
@pytest.mark.parametrize("html", NOBODY)
def test_nobody(html: str, local: str) -> None:
    assert read_first(html.format(a=f"{local}@acme-steel.example"))[local] == (None, None)


@pytest.mark.parametrize("html", XFAIL)
@pytest.mark.xfail(strict=True)
def test_nobody_either(html: str) -> None:
    test_nobody(html, "xrc")
