"""Home pages that are no beginning, and pages that no link leads to: choices, redirects, frames, sitemaps, scripts."""

import pytest

from harvester.classify import classify_company
from harvester.model import CompanyStatus, Failure
from harvester.visit import Limits
from tests.test_visit import TEXT, ScriptWeb, Web, addresses, run

HOME = "https://acme.example/"
INFO = "<p>E-mail: info@acme.example</p>"
DE = f"<nav><a href='/de/kontakt'>Kontakt</a></nav>{TEXT}"
SHELL = "<title>Acme</title><div id=root></div><script src='/static/main.js'></script>"
XML = "<?xml version='1.0'?>"


def sitemap(*paths):
    urls = "".join(
        f"<url><loc>\n https://acme.example{path} </loc><lastmod>2026-11-01</lastmod></url>" for path in paths
    )
    return f"{XML}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"


def index(*paths):
    urls = "".join(f"<sitemap><loc><![CDATA[https://acme.example{path}]]></loc></sitemap>" for path in paths)
    return f"{XML}<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</sitemapindex>"


LEADS_ON = {
    "choice of languages": "<a href='/de/'>Deutsch</a> <a href='/en/'>English</a>",
    "choice by flags": "<a href='/en/'><img src=en.gif></a><a href='/de/'><img src=de.gif></a>",
    "image map": "<map name=m><area href='/de/' shape=rect coords='0,0,9,9'></map><img src=a.gif usemap='#m'>",
    "choice by form": "<form><select onchange='location=this.value'><option value='/de/'>Deutsch</select></form>",
    "splash page": "<center><a href='/de/index.html'><img src=logo.gif></a></center>",
    "splash with a film": "<video src=a.mp4></video><a href='/de/' class=skip>Skip intro</a>",
    "meta refresh": "<meta http-equiv=Refresh content='3;URL=/de/'>",
    "meta refresh in quotes": "<meta http-equiv=refresh content=\"0; url='/de/'\">",
    "meta refresh in noscript": "<noscript><meta http-equiv=refresh content='0;url=/de/'></noscript>",
    "script": '<script>window.location.href = "/de/";</script>',
    "script with replace": "<script>location.replace('de/')</script>",
    "script with assign": "<script>window.location.assign('https://acme.example/de/');</script>",
    "script at load": "<body onload=\"window.location='/de/'\">",
    "script for top": "<script>top.location = '/de/'</script>",
    "script with a timer": "<script>setTimeout(\"location.href='/de/'\", 2000)</script>",
    "script by language": "<script>if (navigator.language == 'en') {location.href='/en/'} else {location.href='/de/'}"
    "</script><noscript><a href='/de/'>Deutsch</a></noscript>",
    "frameset": "<frameset cols='20%,80%'><frame src='/de/'><frame src='/x.html'></frameset>",
    "frameset with noframes": "<frameset><frame src='/x.html'><noframes><a href='/de/'>Text</a></noframes></frameset>",
    "one frame of the whole page": "<iframe src='/de/' width='100%' height='100%'></iframe>",
}


@pytest.mark.parametrize("html", LEADS_ON.values(), ids=LEADS_ON)
def test_home_pages_that_lead_on(html):
    web = Web({HOME: html, f"{HOME}de/": DE, f"{HOME}de/index.html": DE, f"{HOME}de/kontakt": INFO})
    assert addresses(run(web)) == {"info@acme.example"}


SITEMAPS = {
    "at the usual place": {"/sitemap.xml": sitemap("/", "/products/pump", "/de/kontakt.html")},
    "an index": {
        "/sitemap.xml": index("/post-sitemap.xml", "/page-sitemap.xml"),
        "/page-sitemap.xml": sitemap("/de/kontakt.html"),
        "/post-sitemap.xml": sitemap("/news/1"),
    },
    "under the other name": {"/sitemap_index.xml": index("/s.xml"), "/s.xml": sitemap("/de/kontakt.html")},
    "with a prefix": {"/sitemap.xml": sitemap("/de/kontakt.html").replace("loc>", "s:loc>").replace("</s:", "</s:")},
    "few pages whose names say nothing": {"/sitemap.xml": sitemap("/a.html", "/de/kontakt.html")},
}


@pytest.mark.parametrize("files", SITEMAPS.values(), ids=SITEMAPS)
@pytest.mark.parametrize("home", [SHELL, TEXT, f"{TEXT}<a href='/products/pump'>Pumps</a>"])
def test_sitemaps_are_read_when_no_link_leads_on(files, home):
    web = Web({HOME: home, f"{HOME}de/kontakt.html": INFO} | {HOME + path[1:]: xml for path, xml in files.items()})
    assert addresses(run(web)) == {"info@acme.example"}


NO_SITEMAPS = ["", "<html><p>Not found</p>", "<urlset><url><loc>nowhere</loc></url></urlset>", "<loc>" * 50_000, 500]


@pytest.mark.parametrize("answer", NO_SITEMAPS)
def test_what_is_no_sitemap_is_passed_over(answer):
    web = Web({HOME: TEXT, f"{HOME}sitemap.xml": answer, f"{HOME}contact": INFO})
    assert addresses(run(web)) == {"info@acme.example"}


def test_a_sitemap_of_another_host_leads_nowhere():
    other = index("/s.xml").replace("acme.example", "other.example")
    web = Web({HOME: TEXT, f"{HOME}sitemap.xml": other})
    run(web)
    assert not [url for url in web.asked if "other.example" in url]


@pytest.mark.parametrize("home", [f"{TEXT}{INFO}", f"{TEXT}<a href='/contact'>Contact</a>"])
def test_no_sitemap_is_asked_for_where_links_or_addresses_are(home):
    web = Web({HOME: home, f"{HOME}contact": TEXT})
    run(web)
    assert not [url for url in web.asked if "sitemap" in url]


def test_sitemaps_and_guesses_are_within_the_budget():
    web = Web({HOME: TEXT})
    company = run(web, limits=Limits(max_pages=2, pause_s=0))
    assert (len(web.asked), company.pages_tried) == (4, 4)


def test_guesses_are_in_the_language_of_the_site():
    web = Web({HOME: "<html lang=it><p>Siamo una ditta che produce pompe e valvole per tutta l'Italia.</p>" * 5})
    run(web)
    assert f"{HOME}contatti" in web.asked
    assert f"{HOME}iletisim" not in web.asked


BUNDLE = 'var a=e("a",{href:"mailto:info@acme.example"});/* by jane@library.example */var b="you@example.com"'


def test_scripts_are_searched_when_a_page_shows_nothing_without_them():
    company = classify_company(run(ScriptWeb({HOME: SHELL, f"{HOME}static/main.js": BUNDLE})))
    assert [contact.address for contact in company.contacts] == ["info@acme.example"]
    assert not any(mention.visible for contact in company.contacts for mention in contact.mentions)


NOTHING_IN_SCRIPTS = [
    SHELL,
    SHELL.replace("/static", "https://cdn.other.example"),
    "<div id=app></div><script>go()</script>",
]


@pytest.mark.parametrize("home", NOTHING_IN_SCRIPTS)
def test_javascript_only_is_said_when_nothing_helped(home):
    web = ScriptWeb({HOME: home, f"{HOME}static/main.js": "render()"})
    assert run(web).status == CompanyStatus.JAVASCRIPT_ONLY
    assert not [url for url in web.asked if "other.example" in url]


def test_a_bundle_that_cannot_be_had_is_no_error():
    class Broken(Web):
        async def __call__(self, url, seconds):
            if url.endswith(".js"):
                return Failure(url=url, status=CompanyStatus.TIMED_OUT, detail="")
            return await super().__call__(url, seconds)

    assert run(Broken({HOME: SHELL})).status == CompanyStatus.JAVASCRIPT_ONLY
