"""Harvester: from company domains to the addresses that people there read.

Imports point down only; modules in one row do not import each other (`cli` composes all):

    cli  console/  commands/  spiders/  download/  pipelines/  extensions/          the rim: Scrapy, HTTP, terminal,
    feeds/  demo/  upkeep/  verifying/  handover/  processes/  jobs/  reporting/    settings, files and tables
    options/  arguments  configuration  settings  credentials  exporting
    inspection  explanation  returned_mail  rules  terminal
    visit/  verify/  store/  crm/  mailbox/  letters/                               services: async I/O, injected
    extract/  bounces/  export/  classify/  priority  seeds/  suppression/          pure: values in, values out
    address  urls/  spans                                                           pure: the grammars
    data/  model/                                                                   words and types
"""

__version__ = "0.1.0"
