"""Who is left alone: how an objection is written down, what it covers, and how texts are cleared of an address."""

from harvester.suppression.clearing import (
    SUPPRESSED,
    clear_company,
    clear_texts,
    find_addresses_in,
    find_others,
)
from harvester.suppression.entries import (
    Entry,
    EntryError,
    address_key,
    keys_of_address,
    keys_of_company,
    parse_entry,
    without_name,
)
from harvester.suppression.erasure import Erasure

__all__ = [
    "SUPPRESSED",
    "Entry",
    "EntryError",
    "Erasure",
    "address_key",
    "clear_company",
    "clear_texts",
    "find_addresses_in",
    "find_others",
    "keys_of_address",
    "keys_of_company",
    "parse_entry",
    "without_name",
]
