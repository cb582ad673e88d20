"""Where mails come from: files, mbox, Maildirs, folders, exports of mail services, mailboxes on a server (imap.py)."""

from harvester.mailbox.files import read_path
from harvester.mailbox.item import Item, MailboxError

__all__ = ["Item", "MailboxError", "read_path"]
