"""The settings of a crawl: ours, and those of Scrapy that a user of ours may want to set."""

from __future__ import annotations

from datetime import timedelta

from harvester.data.texts import LANGUAGES
from harvester.options.values import Option, addresses, choice, flag, level, nameservers, number, span, text, url

DAY_S = 86400
CRAWL_OPTIONS: tuple[Option, ...] = (
    Option(name="HARVESTER_MAX_PAGES", default=12, parse=number(int, 1, 1000), meaning="pages read per site at most"),
    Option(
        name="HARVESTER_MAX_SECONDS",
        default=60,
        parse=number(float, 1, DAY_S),
        meaning="seconds spent on one site at most",
    ),
    Option(
        name="HARVESTER_MAX_BYTES",
        default=32 << 20,
        parse=number(int, 1024, 1 << 40),
        meaning="bytes of one site at most, unpacked, all pages together",
    ),
    Option(
        name="HARVESTER_MAX_LINKS",
        default=2000,
        parse=number(int, 1, 20_000),
        meaning="links of one page considered at most",
    ),
    Option(
        name="HARVESTER_MAX_TAGS",
        default=200_000,
        parse=number(int, 100, 100_000_000),
        meaning="tags of one page read at most: of more, the first three quarters and the last quarter of so many",
    ),
    Option(
        name="HARVESTER_MAX_HOST_LOOKUPS",
        default=24,
        parse=number(int, 1, 10_000),
        meaning="host names that one site may make us look up, for its pages and their robots.txt",
    ),
    Option(
        name="HARVESTER_MAX_MAIL_DOMAINS",
        default=50,
        parse=number(int, 1, 1_000_000),
        meaning="mail domains of one company looked up in a crawl, those with most contacts first",
    ),
    Option(
        name="HARVESTER_OPEN_VISITS",
        default=64,
        parse=number(int, 1, 10_000),
        meaning="sites visited at the same time (one page at a time each)",
    ),
    Option(
        name="HARVESTER_REREAD_AFTER",
        default=timedelta(days=90),
        parse=span,
        meaning="a page read longer ago than this is read again even if its server says it is unchanged; 0: always",
    ),
    Option(
        name="HARVESTER_NAMESERVERS",
        default=[],
        parse=nameservers,
        meaning="name servers to ask, comma-separated, with :port where it is not 53; empty: the system's",
    ),
    Option(
        name="HARVESTER_ALLOW_PRIVATE_ADDRESSES",
        default=False,
        parse=flag,
        meaning="1 lets the crawl connect to loopback and private addresses (intranets, tests)",
    ),
    Option(
        name="HARVESTER_ALLOW_ADDRESSES",
        default=[],
        parse=addresses,
        meaning="addresses, domains, @domain or name@, comma-separated, that are contacts whatever the rules say",
    ),
    Option(
        name="HARVESTER_DENY_ADDRESSES",
        default=[],
        parse=addresses,
        meaning="the same for what is never a contact; file:PATH stands for the lines of a file",
    ),
    Option(
        name="HARVESTER_CONTACT_URL",
        default="",
        parse=url,
        meaning="page or mailto: where a site's owner can reach you; stands in the User-Agent",
    ),
    Option(
        name="HARVESTER_DATABASE_URL",
        default="sqlite:///output/harvester.db",
        parse=text,
        meaning="where everything is remembered: any SQLAlchemy URL of SQLite or PostgreSQL",
    ),
    Option(
        name="HARVESTER_LANGUAGE",
        default="en",
        parse=choice(*LANGUAGES),
        meaning="language of `why`, of the summary, and of the workbooks' headers: en or zh",
    ),
)
SCRAPY_OPTIONS: tuple[Option, ...] = (
    Option(
        name="DOWNLOAD_DELAY",
        default=1.0,
        parse=number(float, 0, 3600),
        meaning="pause in seconds between two pages of one site",
    ),
    Option(
        name="DOWNLOAD_TIMEOUT",
        default=20,
        parse=number(float, 0.1, 3600),
        meaning="seconds for one page at most, from connecting to its last byte",
    ),
    Option(
        name="DOWNLOAD_MAXSIZE",
        default=5 * 1024 * 1024,
        parse=number(int, 1024, 1 << 30),
        meaning="bytes of one page at most, also after decompression",
    ),
    Option(
        name="REDIRECT_MAX_TIMES",
        default=8,
        parse=number(int, 0, 100),
        meaning="redirects followed for one page at most",
    ),
    Option(
        name="CLOSESPIDER_TIMEOUT",
        default=0,
        parse=number(float, 0, 365 * DAY_S),
        meaning="seconds after which a run begins no more visits and ends; the same command goes on; 0: never",
    ),
    Option(
        name="MEMUSAGE_LIMIT_MB",
        default=2048,
        parse=number(int, 0, 1 << 20),
        meaning="megabytes of memory of a process above which the run ends in the same way; 0: no limit",
    ),
    Option(
        name="DOWNLOAD_VERIFY_CERTIFICATES",
        default=False,
        parse=flag,
        meaning="1 refuses sites whose certificate does not verify; 0 reads them and notes it in `detail`",
    ),
    Option(
        name="ROBOTSTXT_OBEY",
        default=True,
        parse=flag,
        meaning="0 ignores robots.txt: only for sites of your own",
    ),
    Option(name="USER_AGENT", default="", parse=text, meaning="replaces the whole User-Agent"),
    Option(name="LOG_LEVEL", default="INFO", parse=level, meaning="DEBUG, INFO, WARNING, ERROR or CRITICAL"),
)
