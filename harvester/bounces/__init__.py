"""Mails that come back, read: `read_mail` makes of one mail what it says. Pure: bytes in, values out."""

from harvester.bounces.mail import MailError, has_header_of_mails
from harvester.bounces.reading import read_mail
from harvester.bounces.reasons import MEANINGS, Meaning

__all__ = ["MEANINGS", "MailError", "Meaning", "has_header_of_mails", "read_mail"]
