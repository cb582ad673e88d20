"""URLs and hosts: one spelling for each, who owns them, on which platform they are, which links are worth a visit."""

from harvester.urls.canonical import WEB_SCHEMES, canonicalize, is_page_url, page_key
from harvester.urls.hosts import (
    ascii_host,
    is_ip,
    is_public_suffix,
    registrable_domain,
    same_company,
    unicode_host,
    without_www,
)
from harvester.urls.links import LinkPriority, PageKind, link_priority, well_known_paths
from harvester.urls.platforms import Platform, company_on, platform_of

__all__ = [
    "WEB_SCHEMES",
    "LinkPriority",
    "PageKind",
    "Platform",
    "ascii_host",
    "canonicalize",
    "company_on",
    "is_ip",
    "is_page_url",
    "is_public_suffix",
    "link_priority",
    "page_key",
    "platform_of",
    "registrable_domain",
    "same_company",
    "unicode_host",
    "well_known_paths",
    "without_www",
]
