"""The settings a user may set: a table a topic, each row with its default, the reader of its values and its meaning."""

from collections.abc import Mapping

from harvester.options.crawl import CRAWL_OPTIONS, SCRAPY_OPTIONS
from harvester.options.crm import CRM_OPTIONS
from harvester.options.life import LIFE_OPTIONS
from harvester.options.smtp import SMTP_OPTIONS
from harvester.options.values import Option

__all__ = ["BY_NAME", "OPTIONS", "Option"]

OPTIONS: tuple[Option, ...] = (*CRAWL_OPTIONS, *LIFE_OPTIONS, *SMTP_OPTIONS, *CRM_OPTIONS, *SCRAPY_OPTIONS)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}
