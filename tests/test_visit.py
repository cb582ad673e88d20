"""The visit over a web of two lines a page: which pages it reads, when it stops, what the row says."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from harvester.extract import extract_mentions
from harvester.model import CompanyStatus, Failure, Method, Page
from harvester.seeds import parse_seed
from harvester.visit import Limits, visit
from harvester.visit.frontier import EXTRA_PAGES
from harvester.visit.home import home_urls

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FAST = Limits(pause_s=0)


class Web:
    """A web as a table: URL -> HTML, status, (status, HTML) or Failure; what was asked for is kept in order."""

    def __init__(self, pages, *, content_type="text/html; charset=utf-8", crawl_delay=None):
        self.pages, self.content_type, self.crawl_delay, self.asked = pages, content_type, crawl_delay, []

    async def __call__(self, url, _seconds):
        self.asked.append(url)
        answer = self.pages.get(url, 404)
        if isinstance(answer, CompanyStatus):
            return Failure(url=url, status=answer, detail=f"told so by {urlsplit(url).hostname}")
        status, body = (
            answer if isinstance(answer, tuple) else (200, answer) if isinstance(answer, str) else (answer, "")
        )
        return Page(
            url=url, requested_url=url, status=status, body=body.encode(), fetched_at=NOW,
            content_type=self.content_type, crawl_delay=self.crawl_delay,
        )  # fmt: skip


def run(web, seed="acme.example", limits=FAST):
    return asyncio.run(visit(parse_seed(seed), web, limits=limits, now=NOW))


def addresses(company):
    return {mention.address for mention in company.mentions}


MENU = '<nav><a href="/contact">Contact</a> <a href="/impressum.html">Impressum</a> <a href="/shop">Shop</a></nav>'
TEXT = "<p>" + "We make pumps and valves for water works all over the world. " * 8 + "</p>"
SITE = {
    "https://acme.example/": f"<title>Acme</title>{MENU}{TEXT}",
    "https://acme.example/contact": "<p>sales@acme.example</p>",
    "https://acme.example/impressum.html": "<p>info@acme.example</p>",
    "https://acme.example/shop": "<p>shop@acme.example</p>",
}


def test_reads_home_then_contact_pages_then_a_little_more():
    web = Web(SITE)
    company = run(web)
    assert addresses(company) == {"sales@acme.example", "info@acme.example", "shop@acme.example"}
    assert web.asked == list(SITE)
    assert (company.pages, company.pages_tried, company.website) == (4, 4, "https://acme.example/")
    assert company.detail == ""
    assert {m.page_kind for m in company.mentions if m.address == "sales@acme.example"} == {"contact"}


def test_with_addresses_in_hand_few_other_pages_are_read():
    others = "".join(f'<a href="/shop-{n}">Shop {n}</a>' for n in range(30))
    web = Web(
        SITE | {"https://acme.example/": SITE["https://acme.example/"] + others},
    )
    run(web, limits=Limits(max_pages=100, pause_s=0))
    assert len([url for url in web.asked if "shop" in url]) == EXTRA_PAGES


def test_no_page_twice():
    links = "".join(
        f'<a href="{url}">Contact</a>' for url in ("/contact", "/contact#form", "http://www.acme.example/contact")
    )
    web = Web({"https://acme.example/": links + TEXT, "https://acme.example/contact": links})
    run(web)
    assert web.asked.count("https://acme.example/contact") == 1
    assert "http://www.acme.example/contact" not in web.asked


HOMES = [
    ("acme.example", ["https://acme.example/", "http://acme.example/", "https://www.acme.example/", "http://www.acme.example/"]),
    ("www.acme.example", ["https://www.acme.example/", "http://www.acme.example/", "https://acme.example/", "http://acme.example/"]),
    ("http://acme.example", ["https://acme.example/", "http://acme.example/", "https://www.acme.example/", "http://www.acme.example/"]),
    ("acme.example:8080", ["http://acme.example:8080/", "https://acme.example:8080/"]),
    ("https://acme.example:8443/", ["https://acme.example:8443/", "http://acme.example:8443/"]),
    ("192.0.2.1", ["https://192.0.2.1/", "http://192.0.2.1/"]),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "urls"), HOMES)
def test_spellings_of_the_home_page(seed, urls):
    assert home_urls(parse_seed(seed)) == urls


@pytest.mark.parametrize("working", HOMES[0][1])
def test_the_home_page_that_works_is_found(working):
    web = Web(dict.fromkeys(HOMES[0][1], CompanyStatus.UNREACHABLE) | {working: TEXT})
    assert run(web).website == working


ENDS = [
    (CompanyStatus.NO_SUCH_DOMAIN, CompanyStatus.NO_SUCH_DOMAIN, 2),  # with and without www.; not http after https
    (CompanyStatus.UNREACHABLE, CompanyStatus.UNREACHABLE, 4),
    (CompanyStatus.BLOCKED_ADDRESS, CompanyStatus.BLOCKED_ADDRESS, 2),
    (CompanyStatus.ROBOTS_DENIED, CompanyStatus.ROBOTS_DENIED, 1),
    (CompanyStatus.ROBOTS_UNAVAILABLE, CompanyStatus.ROBOTS_UNAVAILABLE, 1),
    (CompanyStatus.LIMIT_REACHED, CompanyStatus.LIMIT_REACHED, 1),
    (500, CompanyStatus.SERVER_ERROR, 4),
    (302, CompanyStatus.SERVER_ERROR, 4),
    (404, CompanyStatus.SERVER_ERROR, 4),
    (403, CompanyStatus.BLOCKED, 1),
    (429, CompanyStatus.BLOCKED, 1),
]


@pytest.mark.parametrize(("answer", "status", "tries"), ENDS)
def test_no_home_page(answer, status, tries):
    web = Web(dict.fromkeys(HOMES[0][1], answer))
    company = run(web)
    assert (company.status, len(web.asked), company.pages) == (status, tries, 0)
    assert company.detail
    assert company.mentions == ()


CONDITIONS = [
    ("<h1>This domain is for sale</h1>", CompanyStatus.PARKED),
    ("<title>Just a moment...</title><script>x()</script>", CompanyStatus.BLOCKED),
    ('<div id="root"></div><script src="/app.js"></script>', CompanyStatus.JAVASCRIPT_ONLY),
    (TEXT, CompanyStatus.NO_ADDRESS_PUBLISHED),
    ("", CompanyStatus.NO_ADDRESS_PUBLISHED),
    (TEXT + "<form method=post><input type=email name=email><textarea name=message></textarea></form>",
     CompanyStatus.CONTACT_FORM_ONLY),
    (TEXT + " Our new house: this domain is for sale, said the sign." * 40, CompanyStatus.NO_ADDRESS_PUBLISHED),
]  # fmt: skip


@pytest.mark.parametrize(("html", "status"), CONDITIONS)
def test_pages_without_addresses(html, status):
    assert run(Web({"https://acme.example/": html})).status == status


def test_only_the_home_page_says_what_is_wrong_with_a_site():
    class PdfContact(Web):
        async def __call__(self, url, seconds):
            page = await super().__call__(url, seconds)
            return replace(page, content_type="application/pdf") if "contact" in url else page

    challenge = "<title>Just a moment...</title>"
    web = PdfContact({"https://acme.example/": MENU + TEXT, "https://acme.example/impressum.html": challenge})
    assert run(web).status == CompanyStatus.NO_ADDRESS_PUBLISHED


def test_a_page_that_only_leads_on_does_not_count_as_empty():
    lead = "<script>location.href = '/en/'</script>"
    web = Web({"https://acme.example/": lead, "https://acme.example/en/": TEXT})
    assert run(web).status == CompanyStatus.NO_ADDRESS_PUBLISHED


def test_an_image_as_home_page():
    company = run(Web({"https://acme.example/": "GIF89a"}, content_type="image/gif"))
    assert (company.status, company.detail) == (CompanyStatus.NOT_HTML, "the home page is image/gif")


def test_client_redirects_and_frames_are_followed():
    web = Web(
        {
            "https://acme.example/": '<meta http-equiv=refresh content="0; url=/en/">',
            "https://acme.example/en/": '<frameset><frame src="menu.htm"><frame src="main.htm"></frameset>',
            "https://acme.example/en/menu.htm": '<a href="kontakt.htm">Kontakt</a>',
            "https://acme.example/en/main.htm": TEXT,
            "https://acme.example/en/kontakt.htm": "<p>info@acme.example</p>",
        }
    )
    assert addresses(run(web)) == {"info@acme.example"}


def test_a_splash_page_leads_on():
    web = Web(
        {
            "https://acme.example/": '<a href="/de/">Deutsch</a> <a href="/en/">English</a>',
            "https://acme.example/de/": TEXT + "<p>info@acme.example</p>",
        }
    )
    assert addresses(run(web)) == {"info@acme.example"}


def test_other_companies_are_not_visited():
    web = Web({"https://acme.example/": f'{TEXT}<a href="https://agency.example/contact">Contact</a>'})
    run(web)
    assert not [url for url in web.asked if "agency" in url]


def test_usual_paths_are_tried_only_without_contact_links():
    assert [url for url in Web(SITE).asked if "kontakt" in url] == []
    web = Web({"https://acme.example/": TEXT, "https://acme.example/contact": "<p>info@acme.example</p>"})
    assert addresses(run(web)) == {"info@acme.example"}


def test_page_budget():
    menu = "".join(f'<a href="/contact-{n}/">Contact</a>' for n in range(50))
    pages = {f"https://acme.example/contact-{n}/": TEXT for n in range(50)}
    company = run(Web(pages | {"https://acme.example/": menu + TEXT}), limits=Limits(max_pages=5, pause_s=0))
    assert (company.pages, company.pages_tried) == (5, 5)
    assert company.status == CompanyStatus.LIMIT_REACHED
    assert company.detail == "stopped at the limit of 5 pages (HARVESTER_MAX_PAGES)"


def test_requests_in_vain_are_not_called_pages():
    menu = "".join(f'<a href="/contact-{n}/">Contact</a>' for n in range(50))
    company = run(Web({"https://acme.example/": menu + TEXT}), limits=Limits(max_pages=5, pause_s=0))
    assert company.detail == "stopped after 10 requests, 9 of them in vain (HARVESTER_MAX_PAGES)"


@pytest.mark.parametrize("path", ["/gone-page.html", "/old/index.php?id=3"])
def test_a_path_out_of_date_does_not_cost_the_site(path):
    web = Web(SITE)
    assert "info@acme.example" in addresses(run(web, f"https://acme.example{path}"))
    assert web.asked[:2] == [f"https://acme.example{path}", "https://acme.example/"]


def test_time_budget_stops_a_page_that_never_ends():
    class Endless(Web):
        async def __call__(self, url, seconds):
            if url.endswith("/contact"):
                await asyncio.sleep(60)
            return await super().__call__(url, seconds)

    company = run(Endless(SITE), limits=Limits(max_seconds=0.2, pause_s=0))
    assert company.seconds < 5
    assert "0.2 seconds" in company.detail


def test_crawl_delay_longer_than_the_budget():
    web = Web(SITE, crawl_delay=600)
    company = run(web)
    assert len(web.asked) == 1
    assert "Crawl-delay of 600 s" in company.detail


@pytest.mark.parametrize("seed", ["https://www.facebook.com/acme.pumps", "facebook.com", "github.com"])
def test_closed_platforms_are_not_fetched(seed):
    web = Web({})
    company = run(web, seed)
    assert company.status == CompanyStatus.PLATFORM_PAGE
    assert company.detail
    assert web.asked == []


def test_a_platform_is_read_only_below_the_company():
    home = "https://github.com/Acme-Pumps"
    links = (
        '<a href="/contact">Contact</a> <a href="/Acme-Pumps/contact">Contact</a> <a href="/other/contact">Contact</a>'
    )
    web = Web({home: links + TEXT})
    assert run(web, home).seed.domain == "github.com/acme-pumps"
    assert web.asked[:2] == [home, f"{home}/contact"]
    assert not [url for url in web.asked if not url.startswith(home)]


def test_a_certificate_problem_is_noted():
    class BadCertificate(Web):
        async def __call__(self, url, seconds):
            page = await super().__call__(url, seconds)
            return Page(url=page.url, requested_url=url, status=page.status, body=page.body, fetched_at=NOW,
                        content_type="text/html", certificate_problem="self-signed certificate")  # fmt: skip

    company = run(BadCertificate(SITE))
    assert company.detail == "certificate: self-signed certificate"
    assert addresses(company)


def test_a_bug_of_ours_costs_one_page(monkeypatch):
    def extract(document, **options):
        if document.url.endswith("/contact"):
            raise IndexError
        return extract_mentions(document, **options)

    monkeypatch.setattr("harvester.visit.reading.extract_mentions", extract)
    company = run(Web(SITE))
    assert "info@acme.example" in addresses(company)
    assert "sales@acme.example" not in addresses(company)
    assert "internal error while a page was read" in company.detail


def test_nothing_but_a_bug_of_ours_is_an_error(monkeypatch):
    monkeypatch.setattr("harvester.visit.reading.extract_mentions", lambda *_, **__: 1 / 0)
    assert run(Web(SITE)).status == CompanyStatus.ERROR


NOT_PAGES = [
    "javascript:void(0)",
    "file:///etc/passwd",
    "http://[::1",
    "http:",
    "mailto:info@acme.example",
    "/logo.png",
]


@pytest.mark.parametrize("target", NOT_PAGES)
def test_client_redirects_to_what_is_no_page_are_not_followed(target):
    web = Web({"https://acme.example/": f'<meta http-equiv=refresh content="0; url={target}">{TEXT}info@acme.example'})
    assert addresses(run(web)) == {"info@acme.example"}
    assert web.asked == ["https://acme.example/"]


SCRIPT = "const at = '@'; document.querySelector('.email').textContent = 'info' + at + 'acme.example';"
EMPTY_PLACES = [
    '<p>E-Mail: <a href="#" class="email-container"><span class="email-text"></span></a></p>',
    "<p>Write to <span class=contact-email></span></p>",
    "<p><a href='#' data-mailto=x>Write to us</a></p>",
    "<p><strong id='e-mail'></strong></p>",
    "<p>Tel.: 1<br>E-Mail:</p><p>Fax: 2</p>",
    "<table><tr><td>E-mail:</td><td></td></tr></table>",
    "<p>电子邮箱：</p>",
]
NO_EMPTY_PLACES = [
    "<p>Nothing to fill.</p>",
    "<form><label>E-mail:</label><input name=email><span class=email-error></span></form>",
    "<p><i class='icon-mail'></i> Newsletter <span class='email-icon'></span></p>",
    "<p><span class=email>info@acme.example</span></p>",
    "<p>Mail: sales@mail.acme.example</p><span class=email></span>",
    "<p><a href='/contact' class=email></a></p>",
    "<p><a href='#' class='newsletter-mail'>Subscribe</a></p>",
    "<p>Our price list comes by e-mail: ask us.</p>",
]


def site_with_script(html, *scripts, code=SCRIPT):
    tags = "".join(f"<script src='{url}'></script>" for url in scripts)
    pages = {"https://acme.example/": html + TEXT + tags}
    return Web(pages | {f"https://acme.example{url}": code for url in scripts if url[0] == "/"})


class ScriptWeb(Web):
    """Script files come as scripts."""

    def __init__(self, pages, script_type="application/javascript"):
        super().__init__(pages)
        self.script_type = script_type

    async def __call__(self, url, seconds):
        page = await super().__call__(url, seconds)
        return replace(page, content_type=self.script_type) if url.endswith(".js") and page.status == 200 else page


def scripts_asked(web):
    return [urlsplit(url).path for url in web.asked if url.endswith(".js")]


@pytest.mark.parametrize("html", EMPTY_PLACES)
def test_an_empty_place_for_an_address_calls_for_the_script_of_the_site(html):
    web = ScriptWeb(site_with_script(html, "/js/main.js").pages)
    company = run(web)
    assert scripts_asked(web) == ["/js/main.js"]
    assert {(m.address, m.method, m.url, m.page_kind) for m in company.mentions} == {
        ("info@acme.example", Method.SCRIPT, "https://acme.example/", "home")
    }
    assert company.pages == len([url for url in company.read_urls if not url.endswith(".js")])
    assert "https://acme.example/js/main.js" not in company.read_urls


@pytest.mark.parametrize("html", NO_EMPTY_PLACES)
def test_without_an_empty_place_no_script_is_fetched(html):
    web = ScriptWeb(site_with_script(html, "/js/main.js").pages)
    run(web)
    assert scripts_asked(web) == []


CHOSEN = [
    (["/a.js", "/b.js", "/c.js"], ["/a.js", "/b.js"]),
    (["/a.js", "/js/main.js", "/js/mail-protection.js"], ["/js/mail-protection.js", "/js/main.js"]),
    (["/jquery-3.7.1.min.js", "/bootstrap.bundle.min.js", "/google-analytics.js", "/site.js"], ["/site.js"]),
    (["/wp-includes/js/wp-emoji.js", "/node_modules/x/index.js"], []),
    (["https://cdn.acme.example/x.js", "https://other.example/x.js", "//[::1/x.js", "data:text/javascript,1"], []),
    (["/a.js", "/a.js"], ["/a.js"]),
]


@pytest.mark.parametrize(("scripts", "asked"), CHOSEN)
def test_which_scripts_are_fetched(scripts, asked):
    web = ScriptWeb(site_with_script(EMPTY_PLACES[1], *scripts, code="x = 1").pages)
    run(web)
    assert scripts_asked(web) == asked


NOT_SCRIPTS = [
    ("text/html", SCRIPT),
    ("application/javascript", "<!doctype html><title>info@acme.example</title>"),
    ("application/javascript", SCRIPT + "//" + "x" * 200_000),
    ("image/png", SCRIPT),
]


@pytest.mark.parametrize(("script_type", "code"), NOT_SCRIPTS)
def test_what_is_no_small_script_is_not_read(script_type, code):
    web = ScriptWeb(site_with_script(EMPTY_PLACES[1], "/main.js", code=code).pages, script_type)
    assert addresses(run(web)) == set()
    assert scripts_asked(web) == ["/main.js"]


def test_a_script_is_fetched_once_for_all_pages():
    place = EMPTY_PLACES[0] + "<script src=/main.js></script>"
    web = ScriptWeb(
        {
            "https://acme.example/": MENU + place,
            "https://acme.example/contact": place,
            "https://acme.example/main.js": SCRIPT,
        }
    )
    company = run(web)
    assert scripts_asked(web) == ["/main.js"]
    assert {m.url for m in company.mentions} == {"https://acme.example/", "https://acme.example/contact"}


def test_scripts_cost_pages():
    pages = site_with_script(MENU + EMPTY_PLACES[1], "/a.js", "/b.js", code="x = 1").pages
    web = ScriptWeb(pages | {"https://acme.example/contact": TEXT, "https://acme.example/shop": TEXT})
    company = run(web, limits=Limits(max_pages=3, pause_s=0))
    assert web.asked == ["https://acme.example/", "https://acme.example/a.js", "https://acme.example/b.js"]
    assert (company.pages, company.pages_tried) == (1, 3)


def test_a_script_with_what_the_page_calls():
    html = "<p class=mail><script>showMail('info', 'acme.example')</script></p><p>E-Mail:</p>"
    code = "function showMail(user, host) { document.write('<b>' + user + '@' + host + '</b>'); }"
    assert addresses(run(ScriptWeb(site_with_script(html, "/main.js", code=code).pages))) == {"info@acme.example"}


@pytest.mark.parametrize("content_type", ["text/javascript", "application/javascript; charset=utf-8", "text/css"])
def test_a_script_as_home_page(content_type):
    company = run(Web({"https://acme.example/": "var a = 'info@acme.example'"}, content_type=content_type))
    assert (company.status, addresses(company)) == (CompanyStatus.NOT_HTML, set())
