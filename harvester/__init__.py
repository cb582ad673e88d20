"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  commands/  spiders/  download/  pipelines/  extensions/  feeds/  demo/   the rim: Scrapy, HTTP, terminal
    visit.py  verify/  store/                                                  services: async I/O, injected
    extract/  export/  classify.py  priority.py  seeds.py                      pure: values in, values or bytes out
    address.py  urls.py                                                        pure: the grammars
    data/  model.py                                                            words and types
"""

__version__ = "0.1.0"
