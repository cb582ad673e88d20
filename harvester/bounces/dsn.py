"""Delivery reports: the fields of RFC 3464 (and RFC 6533), in a part of their own or anywhere in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harvester.bounces.decoding import squeeze

REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(
    r"^[ \t]*(final-recipient|original-recipient|x-actual-recipient|action|status|diagnostic-code|remote-mta|"
    r"reporting-mta|arrival-date|last-attempt-date|will-retry-until|final-log-id|x-[\w-]{1,40}|original-envelope-id|"
    r"received-from-mta)[ \t]*:[ \t]*(.*)$",
    re.IGNORECASE,
)
# Also "550 5.1.1 <a@b.example>: User unknown" (SendGrid): what the server said stands where only the code should.
_STATUS = re.compile(r"\s*(?:[245]\d\d[ -])?([245]\.\d{1,3}\.\d{1,3})\s*(?:\((.*)\)|(.*))", re.DOTALL)
_TYPED = re.compile(r"^\s*(?:rfc\s?822|utf-8|unknown|local|smtp|x-unix|x400|dns)\s*;\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"<([^<>\s]*@[^<>\s]*)>")
_ANY_ADDRESS = re.compile(r"[^\s<>()|/\"',;:@]{1,128}@[\w.-]{1,255}")
_UNICODE_ESCAPE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 3: utf-8-addr-xtext
_QUOTED = re.compile(r'("[^"]{1,64}"@[\w.-]{1,255})')
_LONGEST_FIELD = 8000
NOT_FAILURES = frozenset({"delivered", "relayed", "expanded", "deliverable", "expandable", "relayable"})


@dataclass(slots=True)
class Recipient:
    """What a report says of one recipient; `comment` is what stands in brackets beside the status."""

    final: str = ""
    original: str = ""
    action: str = ""
    status: str = ""
    comment: str = ""
    diagnostic: str = ""
    is_program: bool = False

    @property
    def name(self) -> str:
        """The address that was written to, as far as the report knows it."""
        return next((name for name in (self.original, self.final) if "@" in name), self.final or self.original)

    @property
    def failed(self) -> bool:
        """Whether the letter did not arrive, or not yet."""
        return self.action not in NOT_FAILURES and not (not self.action and self.status.startswith("2"))


def read_fields(text: str) -> list[Recipient]:
    """The recipients of a text that holds fields of a delivery report, in order, with an address each."""
    found = [_recipient(group) for group in _groups(_fields(text))]
    return [recipient for recipient in found if recipient.name and (recipient.action or recipient.status)]


def has_fields(text: str) -> bool:
    """Whether a text holds the fields of a delivery report about a recipient."""
    lowered = text.lower()
    return ("final-recipient" in lowered or "original-recipient" in lowered) and "action" in lowered


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Names in lower case with their unfolded values; ("", "") for a blank line."""
    name, lines = "", list[str]()
    for line in text.split("\n"):
        match = _FIELD.match(line[:_LONGEST_FIELD])
        if match:
            if name:
                yield name, squeeze("\n".join(lines))
            name, lines = match[1].lower(), [match[2]]
        elif not line.strip():
            if name:
                yield name, squeeze("\n".join(lines))
            name, lines = "", []
            yield "", ""
        elif name and len(lines) < 40:
            lines.append(line[:_LONGEST_FIELD])
    if name:
        yield name, squeeze("\n".join(lines))


def _groups(fields: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Fields by recipient: a blank line or a repeated field begins the next one, if this one has its address."""
    group: dict[str, str] = {}
    for name, value in fields:
        complete = "final-recipient" in group or "original-recipient" in group
        if (not name or (name in group and name != "diagnostic-code")) and complete:
            yield group
            group = {}
        if name:
            group.setdefault(name, value)
    if "final-recipient" in group or "original-recipient" in group:
        yield group


def _recipient(group: dict[str, str]) -> Recipient:
    status = _STATUS.match(group.get("status", ""))
    diagnostic = group.get("diagnostic-code", "")
    kind, semicolon, said = diagnostic.partition(";")
    is_typed = bool(semicolon) and len(kind) < 20 and " " not in kind.strip()
    final = _address(group.get("final-recipient", ""))
    if final.startswith("@"):  # old sendmail: the local part stands only in what the server said
        final = next((found[0] for found in _ANY_ADDRESS.finditer(diagnostic) if found[0].endswith(final)), final)
    return Recipient(
        final=final,
        original=_address(group.get("original-recipient", "")),
        action=group.get("action", "").partition("(")[0].strip().lower().rstrip(".;"),
        status=status[1] if status else "",
        comment=(status[2] or status[3] or "").strip() if status else "",
        diagnostic=f"{said if is_typed else diagnostic} {group.get('x-powermta-bouncecategory', '')}".strip(),
        is_program=is_typed and kind.strip().lower() == "x-unix",
    )


def _address(value: str) -> str:
    """The address of `rfc822; <a@b.example>` and its like, or what stands there instead."""
    plain = _UNICODE_ESCAPE.sub(_unescape, _TYPED.sub("", value)).strip()
    if plain.startswith(("|", "/", ":")):  # a program or a file that an alias leads to
        inside = _ANY_ADDRESS.search(plain)
        return inside[0] if inside else plain
    bracketed = _BRACKETS.search(plain) or _QUOTED.search(plain)
    name = bracketed[1] if bracketed else plain.split(" ")[0] if "@" in plain else plain
    return name if bracketed else name.strip("<>\"' ,;")


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 else match[0]
