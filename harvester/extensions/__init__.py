"""Scrapy extensions: what a person sees of a run. Each listens to signals and changes nothing."""
