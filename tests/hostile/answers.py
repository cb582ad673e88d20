"""Ways round in circles, errors of every kind, traps, and robots.txt and sitemaps that lie."""

from __future__ import annotations

import zlib
from functools import cache

from tests.hostile.exchange import CHUNK, Exchange, Handler
from tests.hostile.texts import OUTSIDE, XML_BOMB


async def redirect_loop(x: Exchange) -> None:
    await x.redirect("/there" if x.path == "/" else "/")


async def redirect_chain(x: Exchange) -> None:
    await x.redirect(f"/{int('0' + x.path[1:]) + 1}" if x.path[1:].isdigit() or x.path == "/" else "/1")


async def three_redirects(x: Exchange) -> None:
    following = {"/": "/a", "/a": "/b/", "/b/": "/c"}.get(x.path)
    await (x.redirect(following) if following else x.answer(x.page))


async def redirect_elsewhere(x: Exchange) -> None:
    await x.redirect(x.good)


async def new_hosts(x: Exchange) -> None:
    """Each of its pages is on another host, whose robots.txt is on yet another, and so on."""
    label = x.host.removesuffix("new-hosts.example")
    base = f"new-hosts.example:{x.writer.get_extra_info('sockname')[1]}"
    if label:
        await (x.redirect(f"http://x{label}{base}{x.path}") if x.path == "/robots.txt" else x.answer(b"<p>Nothing."))
    elif x.path.startswith("/contact-"):
        await x.redirect(f"http://{x.path.removeprefix('/contact-')}.{base}/")
    else:
        await x.answer(x.page + b"".join(b"<a href=/contact-%d>Contact %d</a> " % (n, n) for n in range(40)))


async def many_links(x: Exchange) -> None:
    links = b"".join(b"<li><a href=/p%d>Page %d</a>" % (number, number) for number in range(50_000))
    await x.answer(b"<title>Links</title><ul>" + links if x.path == "/" else b"<title>Page</title><p>Nothing.")


def contact(answer: Handler) -> Handler:
    """A company whose contact page is what `answer` makes of it."""
    page = b"<a href=/contact>Contact</a>"
    return lambda x: answer(x) if x.path != "/" else x.answer(x.page + page)


async def many_frames(x: Exchange) -> None:
    inner = b"".join(b"<iframe src=/f%d></iframe>" % number for number in range(50_000))
    await x.answer(x.page + inner if x.path == "/" else b"<title>Frame</title><p>Nothing.")


async def frames(x: Exchange) -> None:
    name = x.path.strip("/") or "0"
    await x.answer(f"<title>F</title><iframe src=/{int(name) + 1 if name.isdigit() else 1}></iframe>".encode())


async def refresh(x: Exchange) -> None:
    await x.answer(b"<title>Wait</title><meta http-equiv=refresh content='0; url=/'>")


async def million_links(x: Exchange) -> None:
    links = b"<a href=/p>p</a>" * 250_000  # 4 MB: as many as a page may hold
    await x.answer(x.page + links if x.path == "/" else b"<title>Page</title><p>Nothing.")


async def calendar(x: Exchange) -> None:
    number = int("".join(filter(str.isdigit, x.path)) or 0)
    links = "".join(
        f"<a href='/contact?month={number + step}'>Contact in month {number + step}</a> " for step in (1, 2)
    )
    await x.answer(f"<title>Calendar</title>{links}".encode())


async def session_ids(x: Exchange) -> None:
    links = "".join(
        f"<a href='/kontakt;jsessionid={x.asked}{n:032x}?PHPSESSID={x.asked}x{n}'>Kontakt</a>" for n in range(9)
    )
    await x.answer(f"<title>Shop</title>{links}".encode())


async def soft_404(x: Exchange) -> None:
    await x.answer(b"<title>Not found</title><h1>404</h1><p>This page does not exist. <a href=/>Home</a>")


async def error_as_page(x: Exchange) -> None:
    trace = b"<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002] in /var/www/html/index.php:12"
    await x.answer(b"<title>Error</title><h1>500 Internal Server Error</h1>" + trace)


async def login_wall(x: Exchange) -> None:
    form = b"<title>Sign in</title><form method=post action=/login><input name=user><input type=password name=p></form>"
    await (x.answer(form) if x.path.startswith("/login") else x.redirect(f"/login?next={x.path}"))


async def challenge(x: Exchange) -> None:
    page = b"<title>Just a moment...</title><h1>Checking</h1><script src=/cdn-cgi/challenge-platform/x.js></script>"
    await x.answer(page, status="403 Forbidden", server="cloudflare", cf_mitigated="challenge")


def too_many(retry_after: str) -> Handler:
    """429 that asks to come back some time."""
    return lambda x: x.answer(b"", status="429 Too Many Requests", retry_after=retry_after)


async def robots_flood(x: Exchange) -> None:
    lines = b"User-agent: *\nDisallow: /private/\n" + b"Disallow: /x\n" * 100_000
    await (x.answer(lines, kind="text/plain") if x.path == "/robots.txt" else x.answer(x.page))


async def robots_hang(x: Exchange) -> None:
    await (x.hang() if x.path == "/robots.txt" else x.answer(x.page))


async def robots_error(x: Exchange) -> None:
    await (x.answer(b"", status="500 Oops") if x.path == "/robots.txt" else x.answer(x.page))


async def robots_huge(x: Exchange) -> None:
    if x.path != "/robots.txt":
        await x.answer(x.page)
        return
    await x.answer(b"User-agent: *\nDisallow: /private/\n", kind="text/plain", content_length=100 << 20)
    for _ in range((100 << 20) // len(CHUNK)):
        await x.send(CHUNK)


async def robots_endless(x: Exchange) -> None:
    await (x.chunks(b"Disallow: /x\n" * 5000, None) if x.path == "/robots.txt" else x.answer(x.page))


async def robots_html(x: Exchange) -> None:
    await (x.answer(b"<!doctype html><h1>Hello</h1>" + CHUNK) if x.path == "/robots.txt" else x.answer(x.page))


async def robots_bomb(x: Exchange) -> None:
    body = zlib.compress(b" " * (20 << 20), wbits=31)
    await (x.answer(body, content_encoding="gzip") if x.path == "/robots.txt" else x.answer(x.page))


def sitemap(make) -> Handler:
    """A site whose sitemap is `make(host URL)`, and that links to nothing."""

    async def handler(x: Exchange) -> None:
        if "sitemap" in x.path:
            await make(x)
        elif x.path in {"/", "/contact-us"}:
            await x.answer(x.page if x.path == "/contact-us" else b"<title>Home</title><p>Welcome.")
        else:
            await x.answer(b"", status="404 Not Found")

    return handler


async def index_of_itself(x: Exchange) -> None:
    locations = f"<sitemap><loc>http://{x.host}/sitemap.xml</loc></sitemap>" * 1000
    await x.answer(f"<sitemapindex>{locations}</sitemapindex>".encode(), kind="application/xml")


@cache
def million_urls() -> bytes:
    """4 MB of a sitemap."""
    return b"<urlset>" + b"".join(b"<url><loc>/p%d</loc></url>" % n for n in range(120_000))


async def sitemap_bomb(x: Exchange) -> None:
    await x.answer(
        zlib.compress(b"<urlset>" + b" " * (50 << 20), wbits=31), kind="application/xml", content_encoding="gzip"
    )


async def sitemap_entities(x: Exchange) -> None:
    await x.answer(f"{XML_BOMB}<urlset><url><loc>&a9;</loc></url></urlset>".encode(), kind="application/xml")


async def sitemap_outside(x: Exchange) -> None:
    await x.answer(
        f"{OUTSIDE}<urlset><url><loc>file:///etc/passwd</loc></url></urlset>".encode(), kind="application/xml"
    )


def status(line: str) -> Handler:
    """A handler that answers everything with one status, and a page that must not be taken for the company's."""

    async def handler(x: Exchange) -> None:
        await x.answer(b"<title>Error</title><h1>" + line.encode() + b"</h1>", status=line)

    return handler
