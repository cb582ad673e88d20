"""Under which spellings a home page is tried, and what it means when none of them works."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from harvester.model import CompanyStatus, Failure, Page, Seed

PORT_HTTP, PORT_HTTPS = 80, 443
GONE = (404, 410)
# With one of these the other spellings of the home page (http, www.) are not tried: the site has answered.
FINAL_FAILURES = frozenset(
    {
        CompanyStatus.ROBOTS_DENIED,
        CompanyStatus.ROBOTS_UNAVAILABLE,
        CompanyStatus.BLOCKED,
        CompanyStatus.LIMIT_REACHED,
        CompanyStatus.NOT_HTML,
    }
)
STATUS_OF_HTTP = {401: CompanyStatus.BLOCKED, 403: CompanyStatus.BLOCKED, 429: CompanyStatus.BLOCKED}


def home_urls(seed: Seed) -> list[str]:
    """Return the spellings of a seed's home page, likeliest first: https before http, as given before the other www.

    On a port of its own http comes first, unless the list said https: a plain server leaves a TLS handshake waiting
    until the timeout, while a TLS server refuses plain http at once.
    """
    port = None if seed.port in (PORT_HTTP, PORT_HTTPS) else seed.port
    if seed.port in (PORT_HTTP, PORT_HTTPS):
        schemes = ["http" if seed.port == PORT_HTTP else "https"]
    else:
        schemes = ["http", "https"] if port and seed.scheme != "https" else ["https", "http"]
    bare = seed.host.removeprefix("www.")
    hosts = [seed.host]
    if not port and "." in bare and not _is_ip(bare):
        hosts.append(bare if seed.host != bare else f"www.{bare}")
    authority_end = f":{port}" if port else ""
    return [f"{scheme}://{host}{authority_end}{seed.path}" for host in hosts for scheme in schemes]


def root(url: str) -> str:
    """Return the first page of the host that a URL is on."""
    return urljoin(url, "/")


def _is_ip(host: str) -> bool:
    return host.startswith("[") or host.replace(".", "").isdigit()


def http_failure(page: Page) -> Failure | None:
    """Return what an HTTP error status means for a home page, or None for an answer that can be read."""
    if page.kept is not None:
        return None
    if 300 <= page.status < 400 and not page.body.strip():
        detail = f"HTTP status {page.status} that leads nowhere"
        return Failure(url=page.url, status=CompanyStatus.SERVER_ERROR, detail=detail)
    if page.status < 400:
        return None
    status = STATUS_OF_HTTP.get(page.status, CompanyStatus.SERVER_ERROR)
    return Failure(url=page.url, status=status, detail=f"HTTP status {page.status}")


def settles(failure: Failure, url: str) -> bool:
    """Whether a failure makes trying `url` pointless: a name that does not exist fails by https and by http alike."""
    return (
        failure.status in (CompanyStatus.NO_SUCH_DOMAIN, CompanyStatus.BLOCKED_ADDRESS)
        and urlsplit(failure.url).hostname == urlsplit(url).hostname
    )


_TELLING = (
    CompanyStatus.BLOCKED_ADDRESS,
    CompanyStatus.ROBOTS_DENIED,
    CompanyStatus.ROBOTS_UNAVAILABLE,
    CompanyStatus.BLOCKED,
    CompanyStatus.LIMIT_REACHED,
    CompanyStatus.SERVER_ERROR,
    CompanyStatus.TIMED_OUT,
    CompanyStatus.UNREACHABLE,
    CompanyStatus.ERROR,
    CompanyStatus.NO_SUCH_DOMAIN,
)


def most_telling(failures: list[Failure]) -> Failure:
    """Return the failure that came nearest to an answer; the first of equals."""
    return min(failures, key=lambda f: _TELLING.index(f.status) if f.status in _TELLING else len(_TELLING))
