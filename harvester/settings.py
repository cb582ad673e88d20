"""Scrapy settings: only what differs from Scrapy's defaults, each with its reason."""

import os
from pathlib import Path

from harvester import __version__
from harvester.configuration import CONFIG_FILE, SettingError, load_overrides
from harvester.options import OPTIONS

BOT_NAME = "harvester"
SPIDER_MODULES = ["harvester.spiders"]
COMMANDS_MODULE = "harvester.commands"

# The settings a user may set: default, then harvester.toml, then the environment (and -s above all).
HARVESTER_SETTINGS_ERROR = ""
globals().update({option.name: option.default for option in OPTIONS})
try:
    globals().update(load_overrides(os.environ, Path(CONFIG_FILE)))
except SettingError as error:  # told by the command in one sentence, not by a traceback while Scrapy starts
    HARVESTER_SETTINGS_ERROR = str(error)

# Who we are. Filled in by the spider when HARVESTER_CONTACT_URL is known, unless USER_AGENT was set.
HARVESTER_PRODUCT = f"harvester/{__version__}"
ROBOTSTXT_USER_AGENT = "harvester"  # RFC 9309 2.2.1: the product token alone

# A visit is one coroutine: the downloader need not bound anything, the visits are bounded.
CONCURRENT_REQUESTS = 0
CONCURRENT_ITEMS = 1  # per callback; 100 costs 167 KB an open visit (measured 2026-11)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,text/vcard;q=0.7,*/*;q=0.1",
    "Accept-Language": "en;q=0.9, *;q=0.5",
}

# The visit keeps the pause (DOWNLOAD_DELAY or Crawl-delay) itself, so all its requests share one slot without any.
DOWNLOAD_SLOTS = {"visits": {"concurrency": 1_000_000, "delay": 0, "jitter": 0}}

DOWNLOAD_HANDLERS = {
    "http": "harvester.download.handler.HarvesterDownloadHandler",
    "https": "harvester.download.handler.HarvesterDownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # a visit decides where it goes
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows on 5xx, against RFC 9309
    "harvester.download.robots.RobotsMiddleware": 100,
    "harvester.download.conditional.ConditionalMiddleware": 650,  # sees each hop of a redirect
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # nobody reads them; they took 1.5 % of a crawl
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # the visit follows it, with its budget
}
DOWNLOAD_FAIL_ON_DATALOSS = False  # a page cut short still shows its addresses
DOWNLOAD_WARNSIZE = 0
COOKIES_ENABLED = False  # one jar a site would never be freed
HTTPPROXY_ENABLED = False  # a proxy would bypass the check of the connected address
RETRY_TIMES = 1
RETRY_EXCEPTIONS = [  # not refused, unknown or timed out: the budget of the visit is for the other spelling of the host
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_HTTP_CODES = [502, 503, 504, 522, 524, 408]  # not 429 and 500: asking again at once helps nobody
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the company's row says it

ITEM_PIPELINES = {
    "harvester.pipelines.classify.ClassifyPipeline": 100,
    "harvester.pipelines.suppress.SuppressPipeline": 150,
    "harvester.pipelines.verify.VerifyPipeline": 200,
    "harvester.pipelines.rank.RankPipeline": 300,
    "harvester.pipelines.store.StorePipeline": 400,
    "harvester.pipelines.account.AccountPipeline": 500,
}
EXTENSIONS = {
    "harvester.extensions.collector.CollectorExtension": 490,
    "harvester.extensions.progress.ProgressExtension": 500,
    "harvester.extensions.summary.SummaryExtension": 510,
    "harvester.extensions.health.HealthExtension": 520,
    "harvester.extensions.written.WrittenExtension": 530,
    "scrapy.extensions.logstats.LogStats": None,  # our progress says it
    "scrapy.extensions.telnet.TelnetConsole": None,  # no open ports
    "scrapy.extensions.remote_control.RemoteControl": None,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

FEED_STORAGES = {
    "": "harvester.feeds.storage.AtomicFileStorage",
    "file": "harvester.feeds.storage.AtomicFileStorage",
}
FEED_EXPORTERS = {
    "csv": "harvester.feeds.exporters.ContactsCsvExporter",
    "jsonl": "harvester.feeds.exporters.ContactsJsonLinesExporter",
    "jsonlines": "harvester.feeds.exporters.ContactsJsonLinesExporter",
    "jl": "harvester.feeds.exporters.ContactsJsonLinesExporter",
    "json": "harvester.feeds.exporters.ContactsJsonExporter",
    "xlsx": "harvester.feeds.exporters.ContactsWorkbookExporter",
    "companies": "harvester.feeds.exporters.CompaniesCsvExporter",
    "rejected": "harvester.feeds.exporters.RejectedCsvExporter",
    "xml": None,  # these three would write what our objects look like in Python
    "marshal": None,
    "pickle": None,
}
FEEDS = {
    "output/contacts.csv": {"format": "csv", "overwrite": True},
    "output/contacts.jsonl": {"format": "jsonl", "overwrite": True},
    "output/companies.csv": {"format": "companies", "overwrite": True},
    "output/rejected.csv": {"format": "rejected", "overwrite": True},
}
FEED_STORE_EMPTY = False  # a run that dies before its first item must not replace a good list with a bare header

LOG_FORMATTER = "harvester.extensions.quiet_log.QuietLogFormatter"  # no line per page
LOG_VERSIONS: list[str] = []
STATS_DUMP = False  # the summary says what matters
MEMUSAGE_CHECK_INTERVAL_SECONDS = 10
WARN_ON_GENERATOR_RETURN_VALUE = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
