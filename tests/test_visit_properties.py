"""Whatever a site sends, a visit ends with a company: nothing raises, no budget is exceeded, nothing is asked twice."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harvester.model import Company, CompanyStatus, Failure, Page
from harvester.seeds import parse_seed
from harvester.visit import Limits, visit

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMITS = Limits(max_pages=4, max_seconds=30, pause_s=0)
HOME = "https://acme.example/"

HOSTILE_URLS = [
    "http://[::1", "http://[::1]:80/contact", "http://acme.example:99999999/contact", "//acme.example:x/contact",
    "https://acme.example:port/contact", "https://acme.example:-1/contact", "https://acme.example:/contact",
    "//", "//contact", "///contact", "http:", "https:///", "?", "#", "#contact", ".", "..", "../../contact",
    "javascript:contact()", "data:text/html,contact", "mailto:", "mailto:%ff@%00", "tel:+1", "file:///etc/passwd",
    "about:blank", "/contact\x00", "/contact\ud800", "/contact%", "/contact%zz", "/con tact", "/contact\t\r\n",
    "/" + "contact/" * 5000, "contact?" + "a=b&" * 3000, "https://" + "a" * 300 + ".example/contact",
    "https://a..b/contact", "https://user:pass@acme.example/contact", "https://xn--/contact",
    "https://xn--a-\xff/contact", "https://ａcme.example/contact", "https://\u202eacme.example/contact",
    "https://acme.example\\@evil.example/contact", "HTTPS://ACME.EXAMPLE/CONTACT", "https://[fe80::1%25eth0]/contact",
    "https://1.2.3.4.5/contact", "https://0x7f.1/contact", "http://[v1.x]/contact", "http://[]/contact",
    "https://acme.example]/contact", "\ufffd", "\ufeff/contact", "http://℀/contact", "http:/contact", "http:contact",
    "https://acme.example:443:443/contact",
]  # fmt: skip
TYPES = [
    "text/html", "text/html; charset=", "TEXT/HTML; charset=klingon", "text/plain; charset=utf-7", "text/vcard", "",
    ";", "application/xhtml+xml", "application/json", "application/pdf", "\x00", "text/html; charset=utf-16",
]  # fmt: skip
STATUSES = [200, 200, 200, 203, 204, 206, 301, 304, 400, 403, 404, 410, 429, 500, 503, 999, 0]

urls = st.one_of(
    st.sampled_from(HOSTILE_URLS),
    st.text(max_size=40),
    st.builds("https://{}/{}".format, st.text(max_size=15), st.text(max_size=15)),
    st.builds("http://acme.example:{}/{}".format, st.text(max_size=6), st.sampled_from(["contact", "team", ""])),
)
TEMPLATES = [
    "<a href='{}'>Contact</a>",
    '<a href="{}">Impressum</a>',
    "<a href={}>Kontakt",
    "<iframe src='{}'></iframe>",
    "<frameset><frame src='{}'></frameset>",
    "<meta http-equiv=refresh content='0; url={}'>",
    "<script>location.href='{}'</script>",
    "<base href='{}'><a href=contact>Contact</a>",
    "<form action='{}' method=post><textarea name=message></textarea><input type=email></form>",
    "<link rel=canonical href='{}'>",
    "<a href='/cdn-cgi/l/email-protection#{}'>mail</a>",
    '<script type=application/ld+json>{{"@type": "Organization", "url": "{}", "email": 1}}</script>',
    "<p>{} info@acme.example</p>",
]
parts = st.builds(str.format, st.sampled_from(TEMPLATES), urls)
bodies = st.one_of(
    st.lists(parts, max_size=6).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=200),
)
answers = st.one_of(
    st.tuples(bodies, st.sampled_from(TYPES), st.sampled_from(STATUSES), st.none() | urls),
    st.sampled_from([status for status in CompanyStatus if status is not CompanyStatus.CONTACTS_FOUND]),
)


def is_place_to_land(url: str) -> bool:
    """Whether a redirect can have led there."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


class HostileWeb:
    """Answers each new URL with the next of `answers`, then again from the first; `asked` is what was asked for."""

    def __init__(self, answers: list) -> None:
        self.answers, self.asked = answers, []

    async def __call__(self, url: str, seconds: float) -> Page | Failure:
        answer = self.answers[len(self.asked) % len(self.answers)]
        self.asked.append(url)
        if isinstance(answer, CompanyStatus):
            return Failure(url=url, status=answer, detail="told so")
        body, content_type, status, landed = answer
        return Page(
            url=landed if landed and is_place_to_land(landed) else url, requested_url=url, status=status,
            content_type=content_type, body=body, fetched_at=NOW,
        )  # fmt: skip


def run(web: HostileWeb) -> Company:
    return asyncio.run(visit(parse_seed("acme.example"), web, limits=LIMITS, now=NOW))


def page(html: str) -> tuple:
    return html.encode("utf-8", "surrogatepass"), "text/html", 200, None


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(answers, min_size=1, max_size=5))
@example([page("<meta http-equiv=refresh content='0; url=/'>")])
@example([page("<meta http-equiv=refresh content='0; url=https://acme.example/'><a href=/>Contact</a>")])
@example([page("<meta http-equiv=refresh content='0; url=/a'>"), page("<meta http-equiv=refresh content='0; url=/'>")])
@example([page("<iframe src=/></iframe><a href=''>Contact</a>")])
@example([(b"", "text/html", 200, None)])
def test_every_visit_ends_with_a_company(pages: list) -> None:
    web = HostileWeb(pages)
    company = run(web)
    assert company.status is not CompanyStatus.CONTACTS_FOUND, "that is for the classification to say"
    assert "internal error" not in company.detail
    assert len(web.asked) == company.pages_tried <= 2 * LIMITS.max_pages + 4
    assert len(set(web.asked)) == len(web.asked), "nothing twice"
    assert all(url.startswith(("http://", "https://")) for url in web.asked)


def test_each_hostile_link_by_itself() -> None:
    for url in HOSTILE_URLS:
        for template in TEMPLATES:
            web = HostileWeb([page(template.format(url) + "<p>We make pumps.</p>")])
            run(web)
            assert all(asked.startswith(("http://", "https://")) for asked in web.asked)


def test_each_place_to_land() -> None:
    for url in filter(is_place_to_land, HOSTILE_URLS):
        run(HostileWeb([(b"<a href=contact>Contact</a><p>info@acme.example", "text/html", 200, url)]))
