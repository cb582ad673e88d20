"""A spider that does nothing: pages through Scrapy's scheduler into an empty callback. The peer of the crawl benchmark.

    python -m scrapy runspider tests/benchmarks/bare_spider.py -a pages=FILE -a port=PORT

FILE has `host path` a line; all of them are asked of 127.0.0.1:PORT with their own Host header.
"""

from pathlib import Path

from scrapy import Request, Spider


class BareSpider(Spider):
    name = "bare"
    custom_settings = {  # noqa: RUF012
        "LOG_LEVEL": "WARNING",
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
    }

    def __init__(self, pages, port, **kwargs):
        super().__init__(**kwargs)
        self.pages, self.port = pages, port

    async def start(self):
        for number, line in enumerate(Path(self.pages).read_text("utf-8").splitlines()):
            host, path = line.split(" ", 1)
            yield Request(
                f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{host}:{self.port}"}, dont_filter=True,
                meta={"number": number},
            )  # fmt: skip

    def parse(self, response):
        """Nothing."""
