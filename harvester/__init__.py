"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  console/  commands/  spiders/  download/  pipelines/  extensions/        the rim: Scrapy, HTTP, terminal,
    feeds/  demo/  verifying/  arguments  configuration  option  smtp_options    settings and files
    settings  inspection  explanation
    visit/  verify/  store/                                                     services: async I/O, injected
    extract/  export/  classify/  priority  seeds/                              pure: values in, values or bytes out
    address  urls/  spans                                                       pure: the grammars
    data/  model/                                                               words and types
"""

__version__ = "0.1.0"
