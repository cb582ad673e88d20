"""Fetching over HTTP for Scrapy: the download handler on aiohttp, the address check, robots.txt, and their errors."""
