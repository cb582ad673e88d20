"""The one-page report of a job, as text and as HTML, and the mail that brings it."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

from harvester.data.texts import load_texts
from harvester.extensions.wording import duration
from harvester.jobs.running import PartResult, Round
from harvester.jobs.table import Notification
from harvester.reporting.pages import render

SHOWN_LINES = 34  # of a part that is done; of one that failed all that is kept
MAIL_TIMEOUT_S = 30
Change = tuple[str, int, int, str]


def headline(ended: Round, language: str) -> str:
    """What came of it, in one line."""
    texts = load_texts("job", language)
    outcome = texts["all_done"]
    if ended.failed:
        outcome = texts["failed"].format(failed=len(ended.failed), parts=len(ended.results))
    return texts["title"].format(name=ended.job.name, outcome=outcome)


def render_text(ended: Round, *, language: str) -> str:
    """The report for a terminal or a mail."""
    texts = load_texts("job", language)
    lines = [headline(ended, language), _note(ended, language), ""]
    for result in ended.results:
        lines.append(f"{outcome_of(result, language)}  harvester {' '.join(result.part.arguments)}")
        lines += [f"    {line}" for line in shown(result)]
        lines.append("")
    lines.append(texts["changed"])
    lines += [
        f"  {label}: {before:,} → {after:,} ({difference})"
        for label, before, after, difference in changes(ended, language)
    ]
    return "\n".join(lines) + "\n"


def render_html(ended: Round, *, language: str) -> str:
    """The report for a browser."""
    texts = load_texts("job", language)
    parts = [
        (outcome_of(result, language), bool(result.status), " ".join(result.part.arguments), shown(result))
        for result in ended.results
    ]
    return render(
        "job.html",
        language=language,
        title=headline(ended, language),
        note=_note(ended, language),
        texts=texts,
        parts=parts,
        changes=list(changes(ended, language)),
    )


def outcome_of(result: PartResult, language: str) -> str:
    """Done, or failed with which status."""
    texts = load_texts("job", language)
    return texts["part_failed"].format(status=result.status) if result.status else texts["done"]


def shown(result: PartResult) -> list[str]:
    """The end of what a part said, without empty lines at its ends."""
    text = "\n".join(result.lines).strip("\n").splitlines()
    return text if result.status else text[-SHOWN_LINES:]


def changes(ended: Round, language: str) -> Iterator[Change]:
    """The numbers of the store: name, before, after, difference with its sign."""
    texts = load_texts("job", language)
    for name, after in ended.after.items():
        before = ended.before.get(name, 0)
        yield texts[name], before, after, f"{after - before:+,}"


def mail_report(ended: Round, to: Notification, *, language: str) -> str | None:
    """Mail the report; why it could not be mailed, None when it was."""
    message = EmailMessage()
    message["Subject"] = headline(ended, language)
    message["From"], message["To"] = to.sender, ", ".join(to.to)
    message["Date"], message["Message-ID"] = formatdate(localtime=False), make_msgid(domain="harvester.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(render_text(ended, language=language))
    message.add_alternative(render_html(ended, language=language), subtype="html")
    try:
        _send(message, to)
    except (OSError, smtplib.SMTPException) as error:
        return f"The report could not be mailed by {to.server}: {error or type(error).__name__}."
    except KeyError as error:
        return f"The report could not be mailed: the environment has no {error.args[0]}, which holds the password."
    return None


def _send(message: EmailMessage, to: Notification) -> None:
    server = urlsplit(to.server)
    context = ssl.create_default_context()
    password = os.environ[to.password_variable] if to.password_variable else ""
    client: smtplib.SMTP
    if server.scheme == "smtps":
        client = smtplib.SMTP_SSL(str(server.hostname), server.port or 465, timeout=MAIL_TIMEOUT_S, context=context)
    else:
        client = smtplib.SMTP(str(server.hostname), server.port or 587, timeout=MAIL_TIMEOUT_S)
    with client:
        client.ehlo()
        if server.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
        if to.user:
            client.login(to.user, password)
        client.send_message(message)


def _note(ended: Round, language: str) -> str:
    begun = f"{ended.begun:%Y-%m-%d %H:%M} UTC"
    return load_texts("job", language)["note"].format(begun=begun, duration=duration(ended.seconds))
