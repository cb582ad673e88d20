"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  console/  commands/  spiders/  download/  pipelines/  extensions/        the rim: Scrapy, HTTP, terminal,
    feeds/  demo/  arguments  configuration  settings  inspection  explanation   settings, files and
    rules                                                                       tables
    visit/  verify/  store/                                                     services: async I/O, injected
    extract/  export/  classify/  priority  seeds/                              pure: values in, values or bytes out
    address  urls/                                                              pure: the grammars
    data/  model/                                                               words and types
"""

__version__ = "0.1.0"
