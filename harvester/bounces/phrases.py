"""Bounces in words: who did not get the letter, and what was said of each, read from the text before its copy.

No program's dialect is known as such. A line that begins with an address names a recipient, what follows belongs to it;
so does an address behind one of the listed phrases, or in the dialogue of an SMTP session.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from harvester.bounces.decoding import squeeze
from harvester.bounces.vocabulary import phrases

LONGEST_LINE = 2000
MOST_LINES = 2000
MOST_RECIPIENTS = 500
MOST_LINES_OF_ONE = 100
_ADDRESS = r"""(?:"[^"\s]{1,64}"|[^\s<>()\[\]"',;:@|]{1,128})@[A-Za-z0-9-][A-Za-z0-9.-]{0,254}(?![\w.-])"""
_ANY_ADDRESS = re.compile(_ADDRESS)
_BEGINNING = r"^[\s*>·•|-]{0,40}"  # bullets, and ">>> " before a recipient
_NAMED = rf"""(?:"?<({_ADDRESS})>|["']?({_ADDRESS})["']?)(?=$|[\s:;,.<(\[])"""
# "a@b.example <c@d.example>: …" and "<c@d.example> (expanded from <a@b.example>): …": the second is what was meant.
_MEANT = re.compile(rf"\s+(?:\(expanded from:? )?<({_ADDRESS})>")
_BETWEEN = re.compile(r"""[\s>"')]*(?:,|;|&|and|und|et|y|e)?[\s<"'(]*""")
_LEADING = re.compile(rf"{_BEGINNING}{_NAMED}(.*)$")
_DIALOGUE = re.compile(rf"(?:>>>|<<<|In:|Sent|->)\s*(?:<<<\s*)?RCPT\s+TO:\s*<?({_ADDRESS})>?", re.IGNORECASE)
_ENVELOPE_RECIPIENT = re.compile(rf"^\s*RCPT TO:\s*<?({_ADDRESS})>?", re.IGNORECASE | re.MULTILINE)
_REFUSED = r"^(?:<<<\s*)?[45]\d\d[ -](?:[45]\.\d+\.\d+\s+)?"
_RECIPIENT_OF_REPLY = re.compile(rf"{_REFUSED}(?:<({_ADDRESS})>(?:\.\.\.|:|,)?|({_ADDRESS})\.\.\.\s)")
_LABEL = re.compile(
    r"^\s*(?:from|to|cc|subject|sent|date|reply-to|original sender|sender|message-id|return-path|mail from|messagename|"
    r"sender-mta|remote-mta|reporting-mta|x-[\w-]+|an|von|betreff|de|para|asunto|à|objet)\s*:",
    re.IGNORECASE,
)
_LETTER_HEADER = re.compile(
    r"^(received|return-path|message-id|from|to|cc|subject|date|mime-version|content-[a-z-]+|reply-to|sender|x-[\w-]+|"
    r"dkim-signature|domainkey-signature|in-reply-to|references|user-agent)\s*:",
    re.IGNORECASE,
)
_ONLY_IN_LETTERS = frozenset({"received", "return-path", "message-id", "from", "mime-version"})
_FORWARDED_FROM = ("from:", "von:", "de:", "da:", "van:", "от:", "发件人:", "发件人：", "寄件者:", "差出人:")
_MARKS = " \t-=*|+_#>~:.\"'"


@dataclass(slots=True)
class Named:
    """A recipient that a text names, and the lines that tell of it."""

    address: str
    lines: list[str] = field(default_factory=list)
    line: int = 0

    @property
    def said(self) -> str:
        """What is told of it, on one line."""
        return squeeze(" ".join(self.lines[:MOST_LINES_OF_ONE]))


def before_letter(text: str) -> tuple[str, str]:
    """A text before the copy of the letter, and that copy as far as it is there."""
    begins, others = phrases("letter"), phrases("not_letter")
    lines = text.split("\n")
    headers, names = 0, set[str]()
    for number, line in enumerate(lines[:MOST_LINES]):
        if match := _LETTER_HEADER.match(line[:100]):
            headers += 1
            names.add(match[1].lower())
        elif not line.startswith((" ", "\t")) or not headers:
            headers, names = 0, set()
        if headers >= 3 and names & _ONLY_IN_LETTERS:
            return _cut(lines, _first_header(lines, number))
        start = line.strip(_MARKS)[:80].lower() if number and line[:1] != ">" else ""
        if start.startswith(begins) and not start.startswith(others):
            return _cut(lines, number)
    return _cut(lines, min(len(lines), MOST_LINES))


def _first_header(lines: list[str], number: int) -> int:
    while number and (_LETTER_HEADER.match(lines[number - 1][:100]) or lines[number - 1].startswith((" ", "\t"))):
        number -= 1
    return number


def _cut(lines: list[str], number: int) -> tuple[str, str]:
    return "\n".join(lines[:number]), "\n".join(lines[number:])


def find_recipients(text: str) -> list[Named]:
    """The recipients that a text names as not reached; the surest way of naming that it uses counts."""
    lines = [line[:LONGEST_LINE] for line in text.split("\n")[:MOST_LINES]]
    listed, led = _merged(_listed(lines)), _merged(_led(lines))
    if not listed or not led:
        return listed or led or _merged(_in_dialogue(lines))
    both = {entry.address.lower() for entry in listed} & {entry.address.lower() for entry in led}
    return listed if both or listed[0].line < led[0].line else led


def _listed(lines: list[str]) -> Iterator[Named]:
    """Lines that begin with an address, or with none but are forwarded from one, and what stands below them."""
    current: Named | None = None
    for number, line in enumerate(lines):
        match = _LEADING.match(line) if "@" in line and not _LABEL.match(line) else None
        if match and not _is_prose(match[3]):
            meant = _MEANT.match(match[3])
            address = meant[1] if meant else match[1] or match[2]
            current = Named(address, [match[3].lstrip(" :;,.")], number)
            yield current
        elif alias := _alias(line):
            if current is None:
                current = Named(alias, [], number)
                yield current
            current.address = alias
        elif current is not None and not _LABEL.match(line):
            current.lines.append(line)


def _is_prose(rest: str) -> bool:
    """Whether a sentence begins with the address, as a salutation or a signature does."""
    return rest.startswith(",") and len(rest) < 3


def _alias(line: str) -> str:
    stripped = line.strip().lower()
    if "@" not in line or not stripped.startswith(phrases("alias")):
        return ""
    found = _ANY_ADDRESS.search(line)
    return found[0] if found else ""


def _led(lines: list[str]) -> Iterator[Named]:
    """Addresses right behind a listed phrase, each with the rest of the text."""
    leads = phrases("lead")
    for number, line in enumerate(lines):
        lowered = line.lower()
        if "@" not in line or _LABEL.match(line):
            continue
        end = -1  # where the last address ended that a phrase leads to: others may be listed behind it
        for match in _ANY_ADDRESS.finditer(line):
            x400 = match[0].lower().startswith("smtp=")  # c=US;a= ;p=acme;o=x;dda:SMTP=INFO@ACME.EXAMPLE;
            address = match[0][5:] if x400 else match[0]
            before = lowered[: match.end() - len(address)].rstrip(" \t<\"'(（")
            if before.endswith(leads) or (end >= 0 and _BETWEEN.fullmatch(line, end, match.start())):
                yield Named(address, [line, *lines[number + 1 : number + MOST_LINES_OF_ONE]], number)
                end = match.end()


def _in_dialogue(lines: list[str]) -> Iterator[Named]:
    """The recipients of an SMTP session that were refused there, or after whom all were."""
    asked: list[Named] = []
    refused: list[Named] = []
    pending: list[str] = []
    for line in lines:
        match = _RECIPIENT_OF_REPLY.match(line.strip()) if "@" in line else None
        if match:
            refused.append(Named(match[1] or match[2].rstrip("."), [*pending, line]))
            pending = []
            continue
        pending.append(line)
        if "@" in line and (command := _DIALOGUE.search(line)):
            asked.append(Named(command[1]))
        elif asked:
            asked[-1].lines.append(line)
    yield from refused or asked


def _merged(found: Iterator[Named]) -> list[Named]:
    """Each address once, with all that is told of it."""
    named: dict[str, Named] = {}
    for entry in list(found):  # to the end first: an alias may replace the address of an entry that was made
        known = named.setdefault(entry.address.rstrip(".").lower(), entry)
        if known is not entry and len(known.lines) < MOST_LINES_OF_ONE:
            known.lines += entry.lines
    return [
        Named(entry.address.rstrip("."), entry.lines, entry.line) for entry in list(named.values())[:MOST_RECIPIENTS]
    ]


def envelope_recipients(text: str) -> tuple[str, ...]:
    """The addresses that a description of the letter names as its envelope's recipients, each once."""
    return tuple(dict.fromkeys(_ENVELOPE_RECIPIENT.findall(text[:LONGEST_LINE])))


def any_address(text: str, *, but: Container[str]) -> tuple[str, ...]:
    """The addresses in a text, each once, except those named."""
    found = (match[0].rstrip(".") for line in text.split("\n")[:MOST_LINES] for match in _addresses_in(line))
    return tuple(dict.fromkeys(address for address in found if address.lower() not in but))


def _addresses_in(line: str) -> Iterator[re.Match[str]]:
    return _ANY_ADDRESS.finditer(line[:LONGEST_LINE]) if "@" in line else iter(())


def forwarded_letter(text: str) -> str:
    """The letter that a text passes on below its headers, without the marks of quotation; empty where there is none."""
    lines = [line.lstrip("> ") if line.startswith((">", " >")) else line for line in text.split("\n")[:MOST_LINES]]
    for number, line in enumerate(lines):
        if line.lower().startswith(_FORWARDED_FROM):
            begin = _first_header(lines, number)
            return "\n".join(lines[begin:])
    return ""
