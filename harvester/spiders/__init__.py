"""Scrapy's spiders: seeds in, companies out."""
