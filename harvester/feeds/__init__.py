"""Scrapy's feeds of this project: exporters over `export/`, and a storage that never leaves half a file."""
