"""Reading a page: text, zones, links, forms, and bytes of every kind."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.model import Zone
from tests.reading import mentions, read

TEXTS = [
    ("<p>one</p><p>two</p>", "one\ntwo\n"),
    ("<p>a<b>b</b>c <i>d</i></p>", "abc d\n"),
    ("<p>a<br>b</p>", "a\nb\n"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb\n"),
    ("<ul><li>a<li>b</ul>", "a\nb\n"),
    ("<p>a&nbsp;b \n  c</p>", "a b c\n"),
    ("<p>in&shy;fo<wbr>@acme&#8203;.example</p>", "info@acme.example\n"),
    ("<pre>a\nb</pre>", "a\nb\n"),
    ("<p>a<span style='display:none'>x</span>b</p>", "ab\n"),
    ("<p>a<span hidden>x</span>b</p>", "ab\n"),
    ("<style>.z{display:none}</style><p>a<span class=z>x</span>b</p>", "ab\n"),
    ("<style>@media print{.z{display:none}}</style><p>a<span class=z>x</span>b</p>", "axb\n"),
    ("<style>.z{display:none}</style><div class=z>tab</div>", "tab\n"),
    ("<p><span style='unicode-bidi:bidi-override;direction:rtl'>cba</span>d</p>", "abcd\n"),
    ("<p><bdo dir=rtl>cba</bdo></p>", "abc\n"),
    ("<style>.m::before{content:attr(data-u) '@'}</style><p><b class=m data-u=info>acme</b></p>", "info@acme\n"),
    ("<style>.m::before{content:'\\f0e0'}</style><p><b class=m>acme</b></p>", "acme\n"),
    ("<p>info<img alt='@' src=x>acme</p>", "info@acme\n"),
    ("<p>info<i class='fa fa-at'></i>acme</p>", "info@acme\n"),
    ("<p><i class='fa fa-at'></i> acme</p>", "acme\n"),
    ("<noscript><p>n</p></noscript>", "n\n"),
    ("<template><p>t</p></template>", "t\n"),
    ("<iframe srcdoc='&lt;p&gt;f&lt;/p&gt;'></iframe>", "f\n"),
    ("<script>var a</script><style>a{}</style><p>b</p>", "b\n"),
    ("<script type=application/ld+json data-id=x>{}</script><style data-id=x>a{}</style><p>b</p>", "b\n"),
    ("<iframe data-src=x>code</iframe><p>b</p>", "b\n"),
    ("<svg><text>u</text><text>v</text></svg>", "uv\n"),
    ("", ""),
]
ZONES = [
    ("<footer><p>x</p></footer>", Zone.FOOTER),
    ("<div id=footer><nav>x</nav></div>", Zone.FOOTER),
    ("<div class='site-header'>x</div>", Zone.HEADER),
    ("<nav>x</nav>", Zone.NAVIGATION),
    ("<div role=contentinfo>x</div>", Zone.FOOTER),
    ("<aside>x</aside>", Zone.ASIDE),
    ("<form>x</form>", Zone.FORM),
    ("<code>x</code>", Zone.CODE),
    ("<main><p>x</p></main>", Zone.MAIN),
    ("<p>x</p>", Zone.MAIN),
    ("<div class='card-footer'>x</div>", Zone.MAIN),
    ("<article><footer class='entry-footer'>x</footer></article>", Zone.MAIN),
]
CHARSETS = [
    ("Zürich".encode(), "text/html; charset=utf-8", "Zürich"),
    ("Zürich".encode(), "text/html; charset=base64", "Zürich"),
    ("Zürich".encode("cp1252"), "text/html; charset=idna", "Zürich"),
    (b"<meta charset=bz2>" + "Zürich".encode(), "text/html", "Zürich"),
    ("Zürich".encode("cp1252"), "text/html; charset=utf-8", "Zürich"),
    ("Zürich".encode("cp1252"), "text/html", "Zürich"),
    ("Zürich".encode("utf-16"), "text/html", "Zürich"),
    (b"\xef\xbb\xbf" + "Zürich".encode(), "text/html; charset=iso-8859-1", "Zürich"),
    ("联系我们的电子邮箱".encode("gb18030"), "text/html; charset=utf-8", "联系我们的电子邮箱"),
    (b"<meta charset=gbk>" + "联系我们".encode("gbk"), "text/html", "联系我们"),
    ("Контакты нашей компании".encode("cp1251"), "text/html; charset=windows-1251", "Контакты нашей компании"),
]


@pytest.mark.parametrize(("html", "expected"), TEXTS)
def test_text(html: str, expected: str) -> None:
    assert read(f"<!doctype html><body>{html}").text == expected


@pytest.mark.parametrize(("html", "expected"), ZONES)
def test_zones(html: str, expected: Zone) -> None:
    document = read(f"<!doctype html><body>{html}<p>end</p>")
    assert document.zone_at(document.text.index("x")) is expected
    assert document.zone_at(document.text.index("end")) is Zone.MAIN


@pytest.mark.parametrize(("body", "content_type", "expected"), CHARSETS)
def test_charsets(body: bytes, content_type: str, expected: str) -> None:
    assert (
        read(b"<!doctype html><p>" + body if body[:1] not in b"\xff\xfe\xef" else body, content_type).text.strip()
        == expected
    )


LINKS = [
    ("contact.html", "https://shop.example/about/contact.html"),
    ("/contact", "https://shop.example/contact"),
    ("../x.html", "https://shop.example/x.html"),
    ("./x.html", "https://shop.example/about/x.html"),
    ("//cdn.example/x", "https://cdn.example/x"),
    ("?a=1", "https://shop.example/about/index.html?a=1"),
    ("#top", "https://shop.example/about/index.html#top"),
    (" https://other.example/ ", "https://other.example/"),
    ("mailto:info@acme.example", "mailto:info@acme.example"),
    ("javascript:x()", "javascript:x()"),
    ("http://[broken", ""),
    ("a b.html", "https://shop.example/about/a b.html"),
]


@pytest.mark.parametrize(("href", "expected"), LINKS)
def test_links_are_absolute(href: str, expected: str) -> None:
    link = read(f"<p><a href='{href}' title=T rel=nofollow data-x=1>An<b>chor</b></a></p>").links[0]
    assert link.url in {expected, expected.strip()}
    assert (link.anchor, link.title, link.rel, link.attrs["data-x"]) == ("Anchor", "T", "nofollow", "1")


def test_base_and_spans() -> None:
    document = read("<base href='/b/'><p>x <a href='k.html'>kontakt</a></p>")
    link = document.links[0]
    assert link.url == "https://shop.example/b/k.html"
    assert document.text[link.start : link.end] == "kontakt"


def test_the_head() -> None:
    document = read(
        "<html lang=de><head><title> A\n b </title><meta name=Author content=me><meta property='og:title' content=t>"
        "<meta http-equiv=refresh content='0; url=/neu'><script type='application/ld+json'>{}</script>"
        "<script src=a.js></script><script>x</script></head><body><iframe src=/f></iframe><!-- c --></body></html>"
    )
    assert (document.language, document.title) == ("de", "A b")
    assert document.meta == {"author": "me", "og:title": "t"}
    assert document.refresh == "https://shop.example/neu"
    assert document.frames == ["https://shop.example/f"]
    assert (document.json_ld, document.scripts, document.comments) == (["{}"], ["x"], ["c"])
    assert document.script_urls == ["https://shop.example/about/a.js"]


def test_a_form() -> None:
    form = read("<form action=/send method=POST><input name=email><textarea name=text></textarea></form>").forms[0]
    assert (form.action, form.method, form.has_textarea, form.has_email_field) == (
        "https://shop.example/send",
        "post",
        True,
        True,
    )


def test_headings_and_context() -> None:
    document = read("<h2>Ein<br>kauf</h2><p>Frau Muster hilft gern: info@acme.example</p><h2>Ende</h2>")
    start = document.text.index("info@")
    assert document.heading_before(start) == "Ein kauf"
    assert document.context(start, start + 17) == "Ein kauf Frau Muster hilft gern: info@acme.example Ende"


def test_a_script_redirect() -> None:
    assert read("<script>window.location = '/de/'</script>").refresh == "https://shop.example/de/"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("plain text", "text/plain", "plain text"),
        ("BEGIN:VCARD\nEND:VCARD", "", "BEGIN:VCARD\nEND:VCARD"),
        ("", "", ""),
    ],
)
def test_other_kinds(body: str, content_type: str, text: str) -> None:
    assert read(body, content_type).text == text


def test_xml_elements_stand_apart() -> None:
    assert read("<?xml version='1.0'?><a><n>Anna</n><m>x</m></a>", "text/xml").text.split("\n")[:2] == ["Anna", "x"]


@given(st.binary(max_size=400))
def test_nothing_raises_on_any_bytes(body: bytes) -> None:
    mentions(body, "text/html")


@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "<p>",
                "</p>",
                "<a href=mailto:a@b.example>",
                "<b hidden>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "a@b.example",
                "<table>",
                "<td>",
                "\x00",
                "&#64;",
                "<style>",
                "</style>",
                "'",
                '"',
            ]
        ),
        max_size=60,
    )
)
def test_nothing_raises_on_any_markup(parts: list[str]) -> None:
    mentions("".join(parts))


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<b>",
        "<h1>",
        "<a href=x>",
        "<p hidden>x",
        "<",
        "&",
        "<!--",
        "<style>",
        "<b><p>",
        "a@b.example ",
        "é@b ",
        "<script>@",
        "display:none",
        "<i title='a@",
        "<table><tr><td>",
    ],
)
def test_time_grows_with_length(unit: str) -> None:
    begin = time.process_time()
    mentions(unit * (200_000 // len(unit)))
    assert time.process_time() - begin < 10


def test_a_link_out_of_sight_takes_no_room_in_the_text() -> None:
    document = read("<p>Ten words before it.</p><div style='display:none'>x y z <a href=/a class=mail>hidden</a></div>")
    assert [(link.start, link.end) for link in document.links] == [(len(document.text),) * 2]
    assert [(element.start, element.end) for element in document.elements] == [(len(document.text),) * 2]
