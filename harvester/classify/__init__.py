"""Whose address it is and who reads it: corporate, free or disposable; role or person; or no contact at all.

`roles` and `tags` look at the address alone, `junk` at what is nobody's, `owners` and `belonging` at where and how a
site shows an address on another domain, `lists` at what the user says of it, `company` puts them together.
"""

from harvester.classify.company import classify_company, drop_reasons, junk_reasons, may_be_own, without_denied
from harvester.classify.lists import AddressLists, parse_pattern
from harvester.classify.tags import Tags, classify_address

__all__ = [
    "AddressLists",
    "Tags",
    "classify_address",
    "classify_company",
    "drop_reasons",
    "junk_reasons",
    "may_be_own",
    "parse_pattern",
    "without_denied",
]
