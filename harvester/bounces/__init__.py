"""Mails that come back, read: `read_mail` makes of one mail what it says. Pure: bytes in, values out."""

from harvester.bounces.mail import MailError
from harvester.bounces.reading import read_mail
from harvester.bounces.reasons import MEANINGS, Meaning

__all__ = ["MEANINGS", "MailError", "Meaning", "read_mail"]
