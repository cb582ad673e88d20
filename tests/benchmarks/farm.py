"""A farm of websites for the benchmarks: each recorded site several times, as so many companies of different names.

The copies differ from their original: domain, long texts, style sheets and scripts of its own, so that nothing that the
program remembers of one company serves another but what real companies share (short words, menus' labels).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dns.message
import dns.rdatatype
import dns.rrset

from harvester.urls.hosts import registrable_domain
from tests.eval.recorded_web import RecordedWeb

_TEXT = re.compile(rb"(?<=>)([^<>{}]{40,}) (?=[^<>{} ]+<)")
_CODE = re.compile(rb"(<(?:style|script)(?![^>]*json)[^>]*>)(?=\s*[^<\s])", re.IGNORECASE)
_COPY = re.compile(r"^(?P<name>[^.]*)-copy(?P<number>\d+)$")


class Farm(RecordedWeb):
    """The web and DNS of a corpus, `copies` times. `hosts` are the companies, copy after copy."""

    def __init__(self, corpus: Path, copies: int, *, latency_s: float = 0.0) -> None:
        super().__init__(corpus, latency_s=latency_s)
        originals = sorted(self.corpus.sites)
        self.hosts = [copy_name(host, number) for number in range(copies) for host in originals]
        self._answers: dict[tuple[str, str], tuple[str, str, bytes]] = {}

        def respond(host: str, path: str) -> tuple[str, str, bytes]:
            key = host.partition(":")[0], path
            if key not in self._answers:
                self._answers[key] = self._copied(*key)
            self.requests.append(key)
            return self._answers[key]

        self._original = self.player.Web(self.corpus, 0).respond
        self.web.respond = respond
        self.player.Dns = with_copies(self.player.Dns)

    def _copied(self, host: str, path: str) -> tuple[str, str, bytes]:
        original, number = original_name(host)
        status, kind, body = self._original(original, path)
        if number and kind.startswith("text/"):
            owner = registrable_domain(original.removeprefix("www."))
            body = salted(body.replace(owner.encode(), copy_name(owner, number).encode()), number)
        return status, kind, body

    def html_pages(self) -> list[tuple[str, str]]:
        """Return the pages asked for since `requests` was cleared that were answered with 200 and HTML."""
        answers = ((page, self._answers[page]) for page in self.pages())
        return [page for page, (status, kind, _) in answers if status.startswith("200") and "html" in kind]

    def size(self, pages: list[tuple[str, str]]) -> int:
        """Return the bytes of pages."""
        return sum(len(self._answers[page][2]) for page in pages)


def copy_name(host: str, number: int) -> str:
    """Return the name of a copy: (shop.acme.com, 2) -> shop.acme-copy2.com; number 0 is the original."""
    owner = registrable_domain(host)
    name, dot, suffix = owner.partition(".")
    return host.removesuffix(owner) + f"{name}-copy{number}{dot}{suffix}" if number else host


def original_name(host: str) -> tuple[str, int]:
    """Return the host of which this is a copy, and the copy's number, 0 for none."""
    labels, number = host.split("."), 0
    for index, label in enumerate(labels):
        if match := _COPY.match(label):
            labels[index], number = match["name"], int(match["number"])
    return ".".join(labels), number


def salted(body: bytes, number: int) -> bytes:
    """Return a page whose long texts, style sheets and scripts are no other copy's."""
    body = _TEXT.sub(rb"\1 no%d " % number, body)
    return _CODE.sub(rb"\1/*%d*/" % number, body)


def with_copies(dns_server: Any) -> Any:
    """Return the recorded web's DNS server made to know the copies' names: each has what its original has."""

    class CopiesDns(dns_server):  # type: ignore[misc]
        """See above; the answer is made for the original and goes out under the name that was asked."""

        def answer(self, data: bytes) -> bytes | None:
            asked = dns.message.from_wire(data)
            name = asked.question[0].name.to_text(omit_final_dot=True).lower()
            original, number = original_name(name)
            if not number:
                return super().answer(data)
            query = dns.message.make_query(original, asked.question[0].rdtype)
            wire = super().answer(query.to_wire())
            if wire is None:
                return None
            found, reply = dns.message.from_wire(wire), dns.message.make_response(asked, recursion_available=True)
            reply.set_rcode(found.rcode())
            for rrset in found.answer:
                values = [record.to_text().replace(f"{original}.", f"{name}.") for record in rrset]
                kind = dns.rdatatype.to_text(rrset.rdtype)
                reply.answer.append(dns.rrset.from_text(asked.question[0].name, rrset.ttl, "IN", kind, *values))
            return reply.to_wire()

    return CopiesDns
