"""What `harvester bounces` does: every source mail by mail, read, shown and recorded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import click

from harvester.bounces import MailError, has_header_of_mails, read_mail
from harvester.bounces.events import read_event
from harvester.bounces.policy import BouncePolicy
from harvester.credentials import find_secret
from harvester.mailbox import Item, MailboxError, read_path
from harvester.mailbox.imap import SCHEMES, ImapMailbox
from harvester.mailbox.passwords import find_password
from harvester.mailbox.positions import load_position, save_position
from harvester.model.bounce import MailKind, MailReport
from harvester.store import Store
from harvester.terminal import say
from harvester.upkeep.opening import bounce_policy, open_store, right_now
from harvester.upkeep.troubles import tell_trouble

MOVED = frozenset({MailKind.BOUNCE, MailKind.COMPLAINT})
Recorder = Callable[[MailReport], bool]
NO_MAIL = "It is no mail: it has neither a sender nor a subject nor a date."


@dataclass(slots=True)
class Tally:
    """What came of the mails."""

    kinds: Counter[MailKind] = field(default_factory=Counter)
    hard: int = 0
    soft: int = 0
    known: int = 0
    problems: int = 0
    passed_over: int = 0  # files that a folder holds beside its mails
    begun: list[dict[str, Any]] = field(default_factory=list)  # results of a file of which more follows
    exports: dict[str, bool] = field(default_factory=dict)  # by file: whether any of its events says something


def read_sources(
    sources: Sequence[str], settings: Mapping[str, Any], *, dry_run: bool, as_json: bool, move_to: str | None = None
) -> int:
    """Read, show and, unless it is a dry run, record all sources; the exit status, 1 if something could not be read."""
    tally = Tally()
    with ExitStack() as stack:
        store = None if dry_run else stack.enter_context(open_store(settings))
        record = _recorder(store, bounce_policy(settings)) if store else None
        for source in sources:
            try:
                if source.partition("://")[0] in SCHEMES:
                    _read_mailbox(source, record, tally, as_json=as_json, move_to=move_to)
                else:
                    for item in read_path(source):
                        is_meant = item.name == source or item.name.lower().endswith(".eml")
                        _take(item, record, tally, as_json=as_json, is_meant=is_meant)
            except MailboxError as error:
                tally.problems += 1
                say(str(error), err=True)
        for name in [name for name, understood in tally.exports.items() if not understood]:
            tally.problems += 1
            say(f"{name}: nothing in it is an event of Mailgun, SendGrid, Amazon SES, Postmark or Brevo.", err=True)
        if not as_json:
            say(_summary(tally, recorded=record is not None))
            for trouble in store.sender_trouble(since=right_now() - bounce_policy(settings).window) if store else ():
                say(tell_trouble(trouble))
    return int(bool(tally.problems))


def _recorder(store: Store, policy: BouncePolicy) -> Recorder:
    return lambda report: store.record_mail(report, now=right_now(), policy=policy)


def _read_mailbox(url: str, record: Recorder | None, tally: Tally, *, as_json: bool, move_to: str | None) -> None:
    moves = move_to is not None and record is not None
    with ImapMailbox(url, find_password(url, find_secret), writable=moves) as mailbox:
        since = None if record is None else load_position(mailbox.name)
        done: list[str] = []
        try:
            for item in mailbox.mails(since):
                report = _take(item, record, tally, as_json=as_json)
                if report is not None and report.kind in MOVED and item.uid:
                    done.append(item.uid)
        finally:
            if record is not None:
                save_position(mailbox.name, mailbox.position)
        if moves and move_to is not None:
            mailbox.move(done, move_to)


def _take(
    item: Item, record: Recorder | None, tally: Tally, *, as_json: bool, is_meant: bool = True
) -> MailReport | None:
    """One mail or event: read, recorded, shown; None where it could not be read or says nothing.

    What is no mail is told where it `is_meant` to be one, and else passed over.
    """
    report, problem = _read(item)
    if problem == NO_MAIL and not is_meant:
        tally.passed_over += 1
        return None
    if problem:
        tally.problems += 1
        say(f"{item.name}: {problem}", err=True)
    elif report is not None:
        is_new = record is None or record(report)
        tally.known += not is_new
        tally.kinds[report.kind] += 1
        tally.hard += sum(bounce.hard for bounce in report.bounces)
        tally.soft += sum(not bounce.hard for bounce in report.bounces)
    if item.event is not None:
        tally.exports[item.name] = tally.exports.get(item.name, False) or report is not None
    if as_json and (item.event is None or report is not None):
        row = _row(item, report, problem)
        tally.begun += row["results"]
        if not item.more:
            say(json.dumps(row | {"results": tally.begun}))  # in ASCII: names of files may be no UTF-8
            tally.begun = []
    elif not as_json and report is not None:
        for line in _lines(item, report):
            say(line)
    return report


def _read(item: Item) -> tuple[MailReport | None, str]:
    """What a mail or event says, or the problem with it."""
    if item.event is not None:
        return read_event(item.event), item.problem
    if item.raw is None:
        return None, item.problem
    try:
        report = read_mail(item.raw)
    except MailError as error:
        return None, str(error)
    if report.kind is MailKind.OTHER and not has_header_of_mails(item.raw):
        return None, NO_MAIL
    return report, item.problem


def _row(item: Item, report: MailReport | None, problem: str) -> dict[str, Any]:
    row: dict[str, Any] = {"file": item.name, "results": []}
    if report is not None:
        row["results"] = [
            {
                "recipient": bounce.recipient,
                "hard": bounce.hard,
                "reason": bounce.reason,
                "status": bounce.status,
                "reply": bounce.reply,
                "diagnostic": bounce.diagnostic,
            }
            for bounce in report.bounces
        ]
        row["kind"] = report.kind
        row["addresses"] = list(report.addresses)
    if problem:
        row["problem"] = problem
    return row


def _lines(item: Item, report: MailReport) -> Iterator[str]:
    name = click.format_filename(item.name)
    for bounce in report.bounces:
        code = " ".join(part for part in (bounce.reply, bounce.status) if part)
        yield f"{'hard' if bounce.hard else 'soft'}  {bounce.reason:15} {bounce.recipient}  {code}  ({name})"
    if report.kind in {MailKind.COMPLAINT, MailKind.UNSUBSCRIBE, MailKind.REPLY}:
        yield f"{report.kind:21} {', '.join(report.addresses) or 'nobody named'}  ({name})"


def _summary(tally: Tally, *, recorded: bool) -> str:
    kinds = tally.kinds
    parts = [
        f"{_count(kinds.total(), 'mail')}: {tally.hard:,} hard and {tally.soft:,} soft bounces",
        _count(kinds[MailKind.COMPLAINT], "complaint"),
        _count(kinds[MailKind.UNSUBSCRIBE], "request") + " for no more letters",
        "1 reply" if kinds[MailKind.REPLY] == 1 else f"{kinds[MailKind.REPLY]:,} replies",
        _count(kinds[MailKind.OTHER], "other"),
    ]
    ends = [f"{tally.problems:,} could not be read"] if tally.problems else []
    ends += [f"{_count(tally.passed_over, 'file')} beside them passed over"] if tally.passed_over else []
    ends += [f"{tally.known:,} known before"] if tally.known else []
    return "; ".join([", ".join(parts), *ends, "recorded" if recorded else "nothing recorded (--dry-run)"]) + "."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
