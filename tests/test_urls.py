"""URLs: one spelling, one owner, one platform, and which links are worth a visit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.data import load_table
from harvester.data.phrases import split_words
from harvester.model import SourceKind, Zone
from harvester.urls import (
    PageKind,
    ascii_host,
    canonicalize,
    company_on,
    is_page_url,
    is_public_suffix,
    link_priority,
    page_key,
    platform_of,
    registrable_domain,
    same_company,
    unicode_host,
    well_known_paths,
    without_www,
)

SITE = "https://acme.example"

CANONICAL = [
    ("HTTP://WWW.Acme.EXAMPLE:80/a/../b/./c%7e%2f?utm_source=x&a=1#f", "http://www.acme.example/b/c~%2F?a=1"),
    ("https://acme.example:443", "https://acme.example/"),
    ("https://acme.example:8443?q=1", "https://acme.example:8443/?q=1"),
    ("https://bücher.example/ä ö", "https://xn--bcher-kva.example/%C3%A4%20%C3%B6"),
    ("https://acme.example./", "https://acme.example/"),
    ("http://user:secret@acme.example/", "http://acme.example/"),
    ("https://acme.example/x;jsessionid=12AB?PHPSESSID=3&q=1", "https://acme.example/x?q=1"),
    ("https://acme.example/(S(abcdefghijklmnopqrstuvwx))/a.aspx", "https://acme.example/a.aspx"),
    ("https://acme.example/?fbclid=1&gclid=2&utm_medium=3", "https://acme.example/"),
    ("https://acme.example/?sid=0123456789abcdef0123456789abcdef", "https://acme.example/"),
    ("http://acme.example\\b\\c", "http://acme.example/b/c"),
    ("http://[::1]:80/", "http://[::1]/"),
    ("https://acme.example/100%", "https://acme.example/100%25"),
    ("https://acme.example/%%34%31", "https://acme.example/%2541"),
    ("https://acme.example/a/..", "https://acme.example/"),
    ("https://acme.example/../../a", "https://acme.example/a"),
    ("  https://acme.example/a\n", "https://acme.example/a"),
]
CANONICAL_ALREADY = [
    "https://acme.example/?id=5&id=4",  # order and doubles are the server's business
    "https://acme.example/?sid=12",
    "https://acme.example/index.html",
    "https://acme.example/A//b/",
    "mailto:info@acme.example",
    "tel:+49301234",
    "javascript:void(0)",
    "http://",
    "http://1.2.3/",
    "http://exa mple/",
    "http://acme.example:x/",
    "//acme.example/",
    "",
]


@pytest.mark.parametrize(("url", "canonical"), CANONICAL)
def test_canonicalize(url, canonical):
    assert canonicalize(url) == canonical


@pytest.mark.parametrize("url", CANONICAL_ALREADY)
def test_canonicalize_leaves_alone(url):
    assert canonicalize(url) == url


WILD_URLS = st.one_of(
    st.text(),
    st.builds("http://{}".format, st.text()),
    st.builds("https://acme.example/{}?{}".format, st.text(), st.text()),
    st.builds(
        "https://{}.example/{}".format, st.text(max_size=8), st.text(alphabet="/.%2eE;=sid&?#()S\\", max_size=30)
    ),
)


@given(WILD_URLS)
def test_canonicalize_is_idempotent(url):
    once = canonicalize(url)
    assert canonicalize(once) == once


@given(WILD_URLS, st.text())
def test_nothing_raises(url, text):
    page_key(url)
    is_page_url(url)
    link_priority(url, text)
    registrable_domain(text)
    same_company(text, url)
    platform_of(text, url)
    without_www(text)


SAME_PAGE = [
    ("http://www.acme.example/index.html", "https://acme.example"),
    ("https://acme.example/kontakt/", "https://acme.example/kontakt"),
    ("https://acme.example/a/default.asp", "https://acme.example/a/"),
    ("https://acme.example/?b=2&a=1", "http://acme.example/index.php?a=1&b=2"),
    ("https://acme.example/a#top", "https://acme.example/a"),
    ("http://www.acme.example:8080/", "http://acme.example:8080/index.htm"),
]
NOT_SAME_PAGE = [
    ("https://acme.example/a", "https://acme.example/b"),
    ("https://acme.example/index2.html", "https://acme.example/"),
    ("https://acme.example/?id=1", "https://acme.example/?id=2"),
    ("https://shop.acme.example/", "https://acme.example/"),
    ("https://acme.example:8080/", "https://acme.example/"),
]


@pytest.mark.parametrize(("a", "b"), SAME_PAGE)
def test_one_page_one_key(a, b):
    assert page_key(a) == page_key(b)


@pytest.mark.parametrize(("a", "b"), NOT_SAME_PAGE)
def test_two_pages_two_keys(a, b):
    assert page_key(a) != page_key(b)


HOSTS = [
    ("WWW.Acme.Example.", "www.acme.example", "www.acme.example"),
    ("Bücher.example", "xn--bcher-kva.example", "bücher.example"),
    ("faß.example", "xn--fa-hia.example", "faß.example"),
    ("日本語。jp", "xn--wgv71a119e.jp", "日本語.jp"),
    ("i❤.ws", "xn--i-7iq.ws", "xn--i-7iq.ws"),
    ("a_b.example", "a_b.example", "a_b.example"),
    ("[2001:DB8::0:1]", "[2001:db8::1]", "[2001:db8::1]"),
    ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ("localhost", "localhost", "localhost"),
]
NOT_HOSTS = [
    "",
    ".",
    "a..b",
    "a b",
    "1.2.3",
    "1.2.3.256",
    "0x7f.1",
    "fe80::1%eth0",
    "a/b",
    "a@b",
    "x" * 64,
    "ü" * 64 + ".de",
]


@pytest.mark.parametrize(("host", "in_ascii", "in_unicode"), HOSTS)
def test_hosts(host, in_ascii, in_unicode):
    assert (ascii_host(host), unicode_host(host)) == (in_ascii, in_unicode)


@pytest.mark.parametrize("host", NOT_HOSTS)
def test_not_hosts(host):
    with pytest.raises(ValueError):  # noqa: PT011
        ascii_host(host)


REGISTRABLE = [
    ("www.acme.co.uk", "acme.co.uk"),
    ("a.b.acme.de", "acme.de"),
    ("acme.github.io", "acme.github.io"),
    ("www.acme.github.io", "acme.github.io"),
    ("github.io", "github.io"),
    ("co.uk", "co.uk"),
    ("shop.acme.example", "acme.example"),
    ("a.b.nosuchtld", "b.nosuchtld"),
    ("localhost", "localhost"),
    ("192.0.2.1", "192.0.2.1"),
    ("[::1]", "[::1]"),
    ("www.Bücher.de", "xn--bcher-kva.de"),
    ("not a host", "not a host"),
    ("", ""),
]


@pytest.mark.parametrize(("host", "domain"), REGISTRABLE)
def test_registrable_domain(host, domain):
    assert registrable_domain(host) == domain


@pytest.mark.parametrize("host", ["co.uk", "github.io", "com.br"])
def test_public_suffixes(host):
    assert is_public_suffix(host)


@pytest.mark.parametrize("host", ["com", "example", "acme.co.uk", "acme.github.io", "acme.example", "192.0.2.1", ""])
def test_not_public_suffixes(host):
    assert not is_public_suffix(host)


SAME = [("www.acme.example", "shop.acme.example"), ("bücher.de", "www.xn--bcher-kva.de"), ("192.0.2.1", "192.0.2.1")]
NOT_SAME = [
    ("a.github.io", "b.github.io"),
    ("a.co.uk", "b.co.uk"),
    ("192.0.2.1", "1.192.0.2"),
    ("acme.de", "acme.com"),
    ("a.wixsite.com", "b.wixsite.com"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_same_company(a, b):
    assert same_company(a, b)


@pytest.mark.parametrize(("a", "b"), NOT_SAME)
def test_not_same_company(a, b):
    assert not same_company(a, b)


WWW = [
    ("www.acme.example", "acme.example"),
    ("www.www.acme.example", "acme.example"),
    ("www.de", "www.de"),
    ("www.github.io", "www.github.io"),
    ("www2.acme.example", "www2.acme.example"),
    ("wwwacme.example", "wwwacme.example"),
]


@pytest.mark.parametrize(("host", "bare"), WWW)
def test_without_www(host, bare):
    assert without_www(host) == bare


PAGES = [
    "",
    "/",
    "/a.html",
    "/a.PHP?x=1",
    "/a.aspx",
    "/a.jsp",
    "/a.cfm",
    "/card.vcf",
    "/humans.txt",
    "/v1.2/about",
    "/dr.smith",
    "/events/summer-party",
    "/print/",
    "/feedback",
    "/contact?ref=home",
]
NOT_PAGES = [
    "/a.pdf",
    "/A.JPG",
    "/a.css?v=3",
    "/a.js",
    "/a.tar.gz",
    "/a.docx",
    "/feed/",
    "/wp-json/x",
    "/wp-login.php",
    "/logout",
    "/?add-to-cart=5",
    "/a?print=1",
    "/a?replytocom=3",
    "/get?file=a.pdf",
    "/events/2026-05-03",
    "/calendar/2026",
    "/calendar/?date=2026-05",
    "/a/b/a/b/a/b",
    "/x" * 13,
    "/" + "x" * 2000,
    "/cdn-cgi/l/email-protection",
]
NOT_WEB = [
    "mailto:a@acme.example",
    "tel:123",
    "javascript:void(0)",
    "ftp://acme.example/",
    "data:text/html,x",
    "#top",
    "",
    "http:///x",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages(path):
    assert is_page_url(SITE + path)


@pytest.mark.parametrize("path", NOT_PAGES)
def test_not_pages(path):
    assert not is_page_url(SITE + path)
    assert link_priority(SITE + path, "Contact").score == 0


@pytest.mark.parametrize("url", NOT_WEB)
def test_not_of_the_web(url):
    assert not is_page_url(url)


# Labels of menus and footers as they stand on sites, one or more in each language.
LABELS = {
    PageKind.CONTACT: "Contact us|Kontakt|Nous contacter|Contáctenos|Fale Conosco|Contatti|Neem contact op|Skontaktuj się|Napište nám|Napíšte nám|Elérhetőségeink|Contactează-ne|Контакти|Связаться с нами|Зворотний зв'язок|Kontaktirajte nas|Контактирајте нас|Επικοινωνία|İletişim|Kontakta oss|Ta kontakt|Kontakt os|Yhteystiedot|Kontaktid|Sazinies ar mums|Susisiekite|联系我们|聯絡我們|お問い合わせ|문의하기|Liên hệ|ติดต่อเรา|Hubungi Kami|اتصل بنا|צור קשר|تماس با ما|संपर्क करें|Wasiliana nasi|Hafa samband|CONTACT|Let’s talk",  # noqa: E501
    PageKind.IMPRINT: "Impressum|Imprint|Mentions légales|Aviso legal|Note legali|Colofon|Impresszum|Реквизиты|Реквізити|Impresum|Künye|特定商取引法に基づく表記",  # noqa: E501
    PageKind.ABOUT: "About us|About Acme|Über uns|Qui sommes-nous ?|À propos|Quiénes somos|Quem somos|Chi siamo|Over ons|O nas|O nás|O spoločnosti|Rólunk|Despre noi|За нас|О компании|Про нас|O nama|О нама|Σχετικά με εμάς|Hakkımızda|Kurumsal|Om oss|Om os|Meistä|Meist|Par mums|Apie mus|关于我们|公司简介|会社概要|회사소개|Giới thiệu|เกี่ยวกับเรา|Tentang Kami|من نحن|אודות|درباره ما|हमारे बारे में",  # noqa: E501
    PageKind.TEAM: "Our Team|Unser Team|Notre équipe|Nuestro equipo|A nossa equipa|Il nostro team|Ons team|Nasz zespół|Náš tým|Munkatársaink|Echipa noastră|Нашият екип|Наша команда|Naš tim|Ekibimiz|Våra medarbetare|Ansatte|Medarbejdere|Henkilöstö|管理团队|スタッフ紹介|조직도|Đội ngũ|ทีมงาน|فريق العمل|הצוות|تیم ما|हमारी टीम",  # noqa: E501
    PageKind.SUPPORT: "Customer Service|Kundenservice|Atención al cliente|Klantenservice|Obsługa klienta|Ügyfélszolgálat|Техподдержка|Müşteri Hizmetleri|Kundtjänst|Asiakaspalvelu|售后服务|カスタマーサポート|고객센터|خدمة العملاء|שירות לקוחות|FAQ",  # noqa: E501
    PageKind.PRIVACY: "Privacy Policy|Datenschutzerklärung|Politique de confidentialité|Política de privacidad|Privacyverklaring|Polityka prywatności|Ochrana osobních údajů|Adatvédelem|Политика конфиденциальности|Gizlilik Politikası|Integritetspolicy|Personvern|Tietosuoja|隐私政策|プライバシーポリシー|개인정보처리방침|سياسة الخصوصية|מדיניות פרטיות",  # noqa: E501
    PageKind.LOCATION: "Find us|Anfahrt|Où nous trouver|Dónde estamos|Dove siamo|Vestigingen|Pobočky|Филиалы|Şubelerimiz|アクセス|오시는 길|分公司|สาขา|סניפים",  # noqa: E501
    PageKind.SALES: "Where to buy|Händler|Devis|Distribuidores|Onde comprar|Rivenditori|Где купить|Оптом|Bayilerimiz|Återförsäljare|代理商|販売店|대리점|Đại lý|Request a quote",  # noqa: E501
    PageKind.CAREERS: "Careers|Karriere|Trabaja con nosotros|Lavora con noi|Vacatures|Вакансии|Kariyer|招聘|採用|채용",
    PageKind.PRESS: "Press|Presse|Sala de prensa|Ufficio stampa|Media center",
    PageKind.LEGAL: "Terms & Conditions|AGB|CGV|Algemene voorwaarden|Obchodní podmínky|利用規約|이용약관|Käyttöehdot",
}


@pytest.mark.parametrize(
    ("kind", "label"), [(kind, label) for kind, text in LABELS.items() for label in text.split("|")]
)
def test_labels(kind, label):
    found = link_priority(f"{SITE}/page?id=7", label, zone=Zone.NAVIGATION)
    assert found.kind == kind


URLS = [
    ("/contact", PageKind.CONTACT),
    ("/contact-us/index.html", PageKind.CONTACT),
    ("/ContactUs.aspx", PageKind.CONTACT),
    ("/contact2.htm", PageKind.CONTACT),
    ("/de/kontaktformular.php", PageKind.CONTACT),
    ("/index.php?option=com_contact&view=contact", PageKind.CONTACT),
    ("/?page=kontakt", PageKind.CONTACT),
    ("/lianxi.html", PageKind.CONTACT),
    ("/lxwm/", PageKind.CONTACT),
    ("/LianXiWoMen", PageKind.CONTACT),
    ("/%E8%81%94%E7%B3%BB%E6%88%91%E4%BB%AC", PageKind.CONTACT),
    ("/shop/kontakt", PageKind.CONTACT),
    ("/impressum.html", PageKind.IMPRINT),
    ("/gywm.html", PageKind.ABOUT),
    ("/ueber-uns", PageKind.ABOUT),
    ("/quem_somos.htm", PageKind.ABOUT),
    ("/qui-sommes-nous", PageKind.ABOUT),
    ("/team/jane-doe", PageKind.TEAM),
    ("/privacy-policy/", PageKind.PRIVACY),
]
# What holds such a word and is no such page.
NOT_KINDS = [
    ("/contact-lenses", "Contact lenses"),
    ("/contactless-payment", "Contactless payment"),
    ("/contactors.html", "Contactors"),
    ("/p/contact-cleaner", "Contact cleaner spray"),
    ("/location-de-voiture", "Location de voiture"),
    ("/about-this-product", "About this product"),
    ("/blog/2024/05/how-to-contact-your-bank", "How to contact your bank when the card is lost"),
    ("/2023/11/03/contact", "contact"),
    ("/tag/contact", "contact"),
    ("/news/acme-opens-office", "Acme opens contact centre in Berlin with 400 new staff"),
    ("/product/team-wear-shirt", "Team wear shirt"),
    ("/hydraulic-press", "Hydraulic press 50 t"),
    ("/steamer", "Steamer"),
    ("/aboutique", "Aboutique"),
    ("/kontaktlinsen", "Kontaktlinsen"),
    ("/lentes-de-contacto", "Lentes de contacto"),
    ("/1234.html", "互联系统解决方案"),
    ("/", "Home"),
    ("/products", "Products"),
]


@pytest.mark.parametrize(("path", "kind"), URLS)
def test_kind_by_url_alone(path, kind):
    assert link_priority(SITE + path).kind == kind


@pytest.mark.parametrize(("path", "anchor"), NOT_KINDS)
def test_not_of_a_kind(path, anchor):
    found = link_priority(SITE + path, anchor, zone=Zone.MAIN)
    assert found.kind == PageKind.OTHER
    assert found.score <= 20


NO_VISIT = [
    ("/login", "Log in"),
    ("/konto", "Anmelden"),
    ("/x", "ログイン"),
    ("/my-account", "My account"),
    ("/a.jpg", "Contact"),
]


@pytest.mark.parametrize(("path", "anchor"), NO_VISIT)
def test_no_visit(path, anchor):
    assert link_priority(SITE + path, anchor).score == 0


# The first of each pair is worth more.
BETTER = [
    (("/contact", "Contact"), ("/impressum", "Impressum")),
    (("/impressum", "Impressum"), ("/team", "Team")),
    (("/about", "About us"), ("/privacy", "Privacy")),
    (("/a", "Contact us"), ("/contact", "")),  # the label beats the URL
    (("/a", "Contact"), ("/a", "Contact our service partners abroad")),
    (("/contact", ""), ("/a/b/c/contact", "")),
    (("/privacy", "Privacy"), ("/services", "Services")),
    (("/services", "Services"), ("/shop/item", "Blue shirt")),
    (("/team", "Team"), ("/team/jane", "Jane Doe")),
]


@pytest.mark.parametrize(("good", "less"), BETTER)
def test_order(good, less):
    assert link_priority(SITE + good[0], good[1]).score > link_priority(SITE + less[0], less[1]).score


def test_title_speaks_for_an_image():
    assert link_priority(f"{SITE}/p7", "", title="Kontakt").kind == PageKind.CONTACT


def test_footer_counts_more_than_text():
    url, label = f"{SITE}/contact", "Contact"
    assert link_priority(url, label, zone=Zone.FOOTER).score > link_priority(url, label, zone=Zone.MAIN).score


def test_subdomain_speaks_for_its_home_page():
    assert link_priority("https://support.acme.example/").kind == PageKind.SUPPORT
    assert link_priority("https://support.acme.example/shoes").kind == PageKind.OTHER


@given(WILD_URLS, st.text(), st.sampled_from([None, *Zone]))
def test_score_is_a_percentage(url, anchor, zone):
    assert 0 <= link_priority(url, anchor, zone=zone).score <= 100


def test_one_phrase_one_kind():
    kinds = {}
    for kind, _, phrase in load_table("link_words"):
        kinds.setdefault((phrase[0] == "=", split_words(phrase)), set()).add(kind)
    assert {words: found for words, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "kind", ["contact", "about", "team", "support", "privacy", "location", "sales", "careers", "press", "legal"]
)
def test_at_least_35_languages(kind):
    assert len({language for row_kind, language, _ in load_table("link_words") if row_kind == kind}) >= 35


def test_every_row_of_a_page_kind_is_found():
    for kind, _, phrase in load_table("link_words"):
        if kind in set(PageKind):
            assert link_priority(f"{SITE}/p", phrase.removeprefix("=")).kind == kind, phrase


def test_well_known_paths_are_few_pages():
    assert {len(well_known_paths(language)) for language in ("", "de", "fr", "zh", "xx")} <= set(range(6, 9))
    assert well_known_paths("de")[:2] == ("/kontakt", "/impressum")
    assert all(link_priority(SITE + path).score > 40 for path in {*well_known_paths(""), *well_known_paths("it")})


PLATFORMS = [
    ("www.facebook.com", "/Acme/about", "facebook", SourceKind.SOCIAL, "facebook.com/acme"),
    ("m.facebook.com", "/pages/Acme/123?x=1", "facebook", SourceKind.SOCIAL, "facebook.com/pages/acme/123"),
    ("facebook.com", "/profile.php?id=77&x=1", "facebook", SourceKind.SOCIAL, "facebook.com/profile.php?id=77"),
    ("facebook.com", "/", "facebook", SourceKind.SOCIAL, "facebook.com"),
    ("de.linkedin.com", "/company/Acme-Ltd/people", "linkedin", SourceKind.SOCIAL, "linkedin.com/company/acme-ltd"),
    ("x.com", "/acme", "x", SourceKind.SOCIAL, "x.com/acme"),
    ("www.youtube.com", "/@acme/videos", "youtube", SourceKind.SOCIAL, "youtube.com/@acme"),
    ("acme.en.alibaba.com", "/", "alibaba", SourceKind.B2B_PLATFORM, "acme.en.alibaba.com"),
    (
        "acme.en.made-in-china.com",
        "/contact.html",
        "made-in-china",
        SourceKind.B2B_PLATFORM,
        "acme.en.made-in-china.com",
    ),
    ("shop123.1688.com", "/", "1688", SourceKind.B2B_PLATFORM, "shop123.1688.com"),
    ("www.indiamart.com", "/acme-ltd/", "indiamart", SourceKind.B2B_PLATFORM, "indiamart.com/acme-ltd"),
    ("www.google.de", "/maps/place/Acme", "google-maps", SourceKind.DIRECTORY, "google.de/maps/place/acme"),
    ("www.amazon.co.uk", "/stores/Acme", "amazon", SourceKind.B2B_PLATFORM, "amazon.co.uk/stores/acme"),
    ("de.wikipedia.org", "/wiki/Acme", "wikipedia", SourceKind.DIRECTORY, "de.wikipedia.org/wiki/acme"),
    ("linktr.ee", "/acme", "linktree", SourceKind.SOCIAL, "linktr.ee/acme"),
    ("wa.me", "/49301234", "whatsapp", SourceKind.SOCIAL, "wa.me/49301234"),
]
NOT_PLATFORMS = [
    ("acme.example", "/"),
    ("google.com", "/"),  # a company, too
    ("notfacebook.com", "/"),
    ("max.com", "/"),
    ("amazon.acme.example", "/"),
    ("acme.wixsite.com", "/"),
    ("acme.weebly.com", "/"),
    ("acme.wordpress.com", "/"),
    ("acme.github.io", "/"),
    ("facebook.com.acme.example", "/"),
    ("192.0.2.1", "/"),
    ("not a host", "/"),
    ("google.com", "/mapsandmore"),
]


@pytest.mark.parametrize(("host", "path", "name", "kind", "company"), PLATFORMS)
def test_platforms(host, path, name, kind, company):
    platform = platform_of(host, path)
    assert platform is not None
    assert (platform.name, platform.source_kind, company_on(platform, host, path)) == (name, kind, company)


@pytest.mark.parametrize(("host", "path"), NOT_PLATFORMS)
def test_not_platforms(host, path):
    assert platform_of(host, path) is None


def test_members_only_and_open_platforms():
    assert not platform_of("facebook.com", "/acme").readable
    assert platform_of("acme.en.made-in-china.com", "/").readable


def test_own_host_on_a_platform_is_not_by_path():
    assert not platform_of("acme.en.alibaba.com", "/").by_path
    assert platform_of("www.alibaba.com", "/company/acme").by_path
    assert platform_of("facebook.com", "/acme").by_path
