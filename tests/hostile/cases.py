"""The table: what each hostile site does, and the row in companies.csv that it must lead to."""

from __future__ import annotations

from harvester.model import CompanyStatus as Status
from tests.hostile import answers, bodies, texts
from tests.hostile.exchange import CHUNK, Case, Exchange
from tests.hostile.texts import around, script, style

FOUND, LIMIT, TIMEOUT = Status.CONTACTS_FOUND, Status.LIMIT_REACHED, Status.TIMED_OUT
NOTHING, BLOCKED, ERROR = Status.NO_ADDRESS_PUBLISHED, Status.BLOCKED, Status.SERVER_ERROR
UNREACHABLE, NO_ROBOTS = Status.UNREACHABLE, Status.ROBOTS_UNAVAILABLE
GOOD_SITES = 20


async def good(x: Exchange) -> None:
    """A company as it should be: an address on the home page, two on the page that it links to."""
    if x.path == "/contact":
        people = f"<a href=mailto:sales@{x.host}>Sales</a> <p>Purchasing: einkauf@{x.host}</p>"
        await x.answer(f"<title>Contact</title>{people}".encode())
    elif x.path == "/":
        await x.answer(x.page + b"<a href=/contact>Contact</a>")
    else:
        await x.answer(b"", status="404 Not Found")


GOOD = tuple(Case(f"good-{number:02}", good, FOUND, more=("sales", "einkauf")) for number in range(GOOD_SITES))
BODIES = (
    Case("huge", lambda x: x.chunks(CHUNK, bodies.HUGE // len(CHUNK)), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("huge-announced", bodies.huge_announced, LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("endless", lambda x: x.chunks(CHUNK, None, pause_s=0.01), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("gzip-bomb", bodies.bomb("gzip"), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("brotli-bomb", bodies.bomb("br"), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("zstd-bomb", bodies.bomb("zstd"), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("gzip-in-gzip", bodies.bomb("gzip, gzip"), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("thirty-layers", bodies.bomb(", ".join(["gzip"] * 30)), NOTHING),
    Case("half-gzip", bodies.half_gzip, FOUND),
    Case("endless-headers", bodies.endless_headers, UNREACHABLE),
    Case("huge-header", bodies.huge_header, UNREACHABLE),
    Case("many-headers", bodies.many_headers, UNREACHABLE),
    Case("trickle", bodies.trickle, TIMEOUT),
    Case("headers-trickle", bodies.headers_trickle, TIMEOUT),
    Case("silent", lambda x: x.hang(), TIMEOUT),
    Case("length-too-long", lambda x: x.answer(x.page, content_length=100_000), FOUND, "connection broke"),
    Case("length-too-short", lambda x: x.answer(x.page + CHUNK, content_length=len(x.page)), UNREACHABLE, "after"),
    Case("length-negative", lambda x: x.answer(x.page, content_length=-5), UNREACHABLE),
    Case("length-twice", lambda x: x.answer(x.page, Content_Length=3), UNREACHABLE),
    Case("no-gzip", lambda x: x.answer(x.page, content_encoding="gzip"), FOUND),
    Case("unknown-encoding", lambda x: x.answer(x.page, content_encoding="zopfli"), FOUND),
    Case("empty", lambda x: x.answer(b""), NOTHING),
    Case("no-content", lambda x: x.answer(b"", status="204 No Content", content_length=None), NOTHING),
    Case("image", bodies.image, Status.NOT_HTML, "image/png"),
    Case("image-as-page", bodies.image_as_page, NOTHING),
    Case("closed", lambda x: x.send(), NO_ROBOTS, own_robots=True),
    Case("reset", bodies.reset, NO_ROBOTS, own_robots=True),
    Case("reset-after-headers", bodies.reset_after_headers, UNREACHABLE, "connection broke while the page arrived"),
    Case("reset-midway", bodies.reset_midway, UNREACHABLE, "connection broke while a page arrived"),
    Case("reset-with-address", bodies.reset_with_address, FOUND, "connection broke while a page arrived"),
    Case("garbage-bytes", bodies.garbage, NO_ROBOTS, own_robots=True),
    Case("http-0-9", bodies.http_0_9, UNREACHABLE),
)
CIRCLES = (
    Case("redirect-loop", answers.redirect_loop, ERROR, "REDIRECT_MAX_TIMES"),
    Case("redirect-chain", answers.redirect_chain, ERROR, "REDIRECT_MAX_TIMES"),
    Case("redirect-file", lambda x: x.redirect("file:///etc/passwd"), ERROR, "leads nowhere"),
    Case("redirect-nowhere", lambda x: x.redirect("http://gone.nowhere.example/"), ERROR, "it leads to"),
    Case("redirect-absurd", lambda x: x.redirect("http://[::1/"), ERROR),
    Case("redirect-no-host", lambda x: x.redirect("http://"), ERROR),
    Case("redirect-no-port", lambda x: x.redirect("http://good-01.example:port/"), ERROR),
    Case("redirect-long", lambda x: x.redirect("/" + "a" * 20_000), ERROR, "REDIRECT_MAX_TIMES"),
    Case("redirect-script", lambda x: x.redirect("javascript:alert(1)"), ERROR),
    Case("redirect-empty", lambda x: x.redirect(""), ERROR),
    Case(
        "redirect-elsewhere", answers.redirect_elsewhere, FOUND, "moved to good-00.example", found_on="good-00.example"
    ),
    Case("new-hosts", answers.new_hosts, FOUND, "HARVESTER_MAX_PAGES", own_robots=True),
    Case("three-redirects", answers.three_redirects, FOUND),
    Case("refresh", answers.refresh, NOTHING),
    Case("many-links", answers.many_links, LIMIT, "HARVESTER_MAX_PAGES"),
    Case("million-links", answers.million_links, FOUND, "HARVESTER_MAX_LINKS"),
    Case("frames", answers.frames, LIMIT, "HARVESTER_MAX_PAGES"),
    Case("many-frames", answers.many_frames, FOUND, "HARVESTER_MAX_LINKS"),
    Case("contact-huge", answers.contact(bodies.huge_announced), FOUND, "one page or more: the page is larger than"),
    Case("contact-bomb", answers.contact(bodies.bomb("br")), FOUND, "one page or more: the unpacked page is larger"),
    Case("contact-loop", answers.contact(lambda x: x.redirect("/more")), FOUND, "one page or more: redirects without"),
    Case("contact-silent", answers.contact(lambda x: x.hang()), FOUND, "one page or more: no complete answer within"),
    Case("calendar", answers.calendar, LIMIT, "HARVESTER_MAX_PAGES"),
    Case("session-ids", answers.session_ids, NOTHING),
    Case("soft-404", answers.soft_404, NOTHING),
    Case("error-as-page", answers.error_as_page, NOTHING),
    Case("login-wall", answers.login_wall, NOTHING),
    Case("challenge", answers.challenge, BLOCKED),
)
TEXTS = (
    Case("wrong-charset", texts.wrong_charset, FOUND),
    Case("missing-charset", texts.missing_charset, FOUND),
    Case("unknown-charset", lambda x: x.answer(x.page, kind="text/html; charset=klingon"), FOUND),
    Case("utf-16", texts.utf_16, FOUND),
    Case("broken-utf-16", texts.broken_utf_16, FOUND),
    Case("utf-7", texts.utf_7, FOUND),
    Case("broken-utf-8", around(b"\xff\xc3\x28\xf0\x90" * 1000), FOUND),
    Case("nul-bytes", around(b"\0" * 100_000), FOUND),
    Case("no-content-type", lambda x: x.answer(x.page, content_type=None), FOUND),
    Case("broken-html", texts.broken_html, FOUND),
    Case("deep", texts.deep, FOUND),
    Case("long-line", around(b"<p>" + b"x" * 4_000_000), FOUND),
    Case("longer-line", around(b"<p>" + b"x" * 10_000_000), LIMIT, "DOWNLOAD_MAXSIZE"),
    Case("long-attribute", around(b"<p title='" + b"x" * 4_000_000 + b"'>"), FOUND),
    Case("at-signs", texts.at_signs, FOUND),
    Case(
        "mail-domains",
        texts.mail_domains,
        FOUND,
        "HARVESTER_MAX_MAIL_DOMAINS",
        more=tuple(texts.subdomain_addresses("mail-domains.example")),
    ),
    Case("many-tags", around(b"<p>" + b"<i>a</i> " * 400_000), FOUND, "HARVESTER_MAX_TAGS"),
    Case("xml-bomb", texts.xml_bomb, FOUND),
    Case("outside-entity", texts.outside_entity, FOUND),
    Case("script-eval", script(texts.NESTED_EVAL), FOUND),
    Case("script-array", script(texts.HUGE_ARRAY), FOUND),
    Case("script-regex", script(texts.BACKTRACKING), FOUND),
    Case("script-loop", script("while(1){document.write('x@y')}"), FOUND),
    Case("style-quadratic", style(texts.QUADRATIC_STYLE), FOUND),
    Case("style-unclosed", style(texts.UNCLOSED_STYLE + "}"), FOUND),
)
ERRORS = (
    Case("status-500", answers.status("500 Internal Server Error"), ERROR, "500"),
    Case("status-503", answers.status("503 Service Unavailable"), ERROR, "503"),
    Case("status-403", answers.status("403 Forbidden"), BLOCKED, "403", own_robots=True),
    Case("status-404", answers.status("404 Not Found"), ERROR, "404", own_robots=True),
    Case("status-999", answers.status("999 Request denied"), ERROR, "999"),
    Case("too-many-seconds", answers.too_many("5"), BLOCKED, "429"),
    Case("too-many-date", answers.too_many("Thu, 31 Dec 2099 23:59:59 GMT"), BLOCKED, "429"),
    Case("too-many-absurd", answers.too_many("9" * 400), BLOCKED, "429"),
    Case("all-500", answers.status("500 Oops"), NO_ROBOTS, own_robots=True),
    Case("robots-error", answers.robots_error, NO_ROBOTS, own_robots=True),
    Case("robots-hang", answers.robots_hang, NO_ROBOTS, "DOWNLOAD_TIMEOUT", own_robots=True),
    Case("robots-flood", answers.robots_flood, FOUND, own_robots=True),
    Case("robots-huge", answers.robots_huge, FOUND, own_robots=True),
    Case("robots-endless", answers.robots_endless, FOUND, own_robots=True),
    Case("robots-html", answers.robots_html, FOUND, own_robots=True),
    Case("robots-bomb", answers.robots_bomb, NO_ROBOTS, "it unpacks to more than", own_robots=True),
    Case("sitemap-of-itself", answers.sitemap(answers.index_of_itself), FOUND),
    Case("sitemap-million", answers.sitemap(lambda x: x.answer(answers.million_urls())), FOUND),
    Case("sitemap-bomb", answers.sitemap(answers.sitemap_bomb), FOUND),
    Case("sitemap-entities", answers.sitemap(answers.sitemap_entities), FOUND),
    Case("sitemap-outside", answers.sitemap(answers.sitemap_outside), FOUND),
)
TLS = (
    Case("expired", lambda x: x.answer(x.page), FOUND, "certificate: certificate has expired", tls="expired"),
    Case("self-signed", lambda x: x.answer(x.page), FOUND, "certificate: self-signed", tls="self-signed"),
    Case("wrong-host", lambda x: x.answer(x.page), FOUND, "certificate: host name mismatch", tls="wrong-host"),
    Case("tls-1-0", lambda x: x.answer(x.page), FOUND, "certificate: connection lost in the TLS", tls="tls-1.0"),
    Case("refused", lambda x: x.answer(x.page), UNREACHABLE, "refused", tls="refused"),
    Case("reset-in-handshake", lambda x: x.answer(x.page), NO_ROBOTS, tls="reset"),
    Case("silent-handshake", lambda x: x.answer(x.page), NO_ROBOTS, "DOWNLOAD_TIMEOUT", tls="silent"),
)
NAMES = (
    Case("changing", lambda x: x.answer(x.page), FOUND),
    Case("big", lambda x: x.answer(x.page), FOUND),
    Case("cname-loop", lambda x: x.answer(x.page), UNREACHABLE, "ChainTooLong"),
    Case("cname-chain", lambda x: x.answer(x.page), UNREACHABLE, "ChainTooLong"),
    Case("broken", lambda x: x.answer(x.page), UNREACHABLE),
    Case("garbage", lambda x: x.answer(x.page), UNREACHABLE),
)
CASES = (*BODIES, *CIRCLES, *TEXTS, *ERRORS, *TLS, *NAMES)
