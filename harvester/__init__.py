"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  console/  commands/  spiders/  download/  pipelines/  extensions/        the rim: Scrapy, HTTP, terminal,
    feeds/  demo/  upkeep/  arguments  configuration  settings  inspection       settings and files
    explanation
    visit/  verify/  store/  letters/                                           services: async I/O, injected
    extract/  export/  classify/  priority  seeds/  bounces/  suppression/      pure: values in, values or bytes out
    address  urls/  spans                                                       pure: the grammars
    data/  model/                                                               words and types
"""

__version__ = "0.1.0"
