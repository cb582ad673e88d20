"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  console/  commands/  spiders/  download/  pipelines/  extensions/          the rim: Scrapy, HTTP, terminal,
    feeds/  demo/  upkeep/  verifying/  handover/  processes/  options/             settings, files and tables
    arguments  configuration  settings  inspection  explanation  returned_mail  rules
    visit/  verify/  store/  crm/  mailbox/  letters/                               services: async I/O, injected
    extract/  bounces/  export/  classify/  priority  seeds/  suppression/          pure: values in, values out
    address  urls/  spans                                                           pure: the grammars
    data/  model/                                                                   words and types
"""

__version__ = "0.1.0"
