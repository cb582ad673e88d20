"""Letters that were sent, and lists of objections: read from tables and from folders of sent mail."""

from harvester.letters.objections import read_objections
from harvester.letters.sent_mail import is_sent_mail, read_sent_mail
from harvester.letters.sent_table import read_sent_table
from harvester.letters.table import TableError

__all__ = ["TableError", "is_sent_mail", "read_objections", "read_sent_mail", "read_sent_table"]
