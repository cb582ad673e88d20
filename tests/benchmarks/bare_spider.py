"""A spider that does nothing: pages through Scrapy's scheduler into an empty callback. The peer of the crawl benchmark.

    python -m scrapy runspider tests/benchmarks/bare_spider.py -a pages=FILE -s TWISTED_DNS_RESOLVER=…LoopbackResolver

FILE has a URL a line. Every host is found at 127.0.0.1, without asking a DNS.
"""

from pathlib import Path

from scrapy import Request, Spider
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer


class LoopbackResolver(CachingThreadedResolver):
    """Finds everything here, at no cost."""

    def getHostByName(self, name, timeout=()):  # noqa: N802 - Twisted's name
        return defer.succeed("127.0.0.1")


class BareSpider(Spider):
    name = "bare"
    custom_settings = {  # noqa: RUF012
        "LOG_LEVEL": "WARNING",
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_REQUESTS": 64,
        "DOWNLOAD_DELAY": 0,
    }

    def __init__(self, pages, **kwargs):
        super().__init__(**kwargs)
        self.pages = pages

    async def start(self):
        for url in Path(self.pages).read_text("utf-8").splitlines():
            yield Request(url, dont_filter=True)

    def parse(self, response):
        """Nothing."""
