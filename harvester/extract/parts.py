"""Addresses in parts: `data-user` and `data-domain`, `{"name": "info", "host": "acme.example"}`, lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from harvester.address import find_addresses, has_known_suffix
from harvester.extract.decoders import decode_base64, decode_hex, decode_percent, decode_reversed, decode_rot13
from harvester.extract.hints import part_of

MAX_VALUES = 200
MAX_JSON = 2000

_LOCAL = re.compile(r"[\w+-](?:[\w.+-]{0,62}[\w+-])?\Z")
_HOST = re.compile(r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,6}\Z")
_TLD = re.compile(r"\.?[^\W\d_]{2,24}(?:\.[^\W\d_]{2,24})?\Z")
_MAIL_OBJECT = re.compile(r"mail\":(\{[^{}]{10,300}\})", re.IGNORECASE)


def join_parts(values: dict[str, str]) -> str | None:
    """An address whose parts stand under several names, plain or all in the same encoding."""
    parts: dict[str, str] = {}
    for name, value in values.items():
        kind = part_of(name)
        if kind and value:
            parts.setdefault(kind, value.strip())
    if "local" not in parts or "domain" not in parts:
        return None
    for decode in (None, decode_base64, decode_reversed, decode_rot13, decode_percent, decode_hex):
        decoded = {kind: (decode(value) if decode else value) or "" for kind, value in parts.items()}
        host = decoded["domain"].lstrip("@").partition("?")[0]
        if address := assemble(decoded["local"], host, decoded.get("tld", "")):
            return address
    return None


def assemble(local: str, host: str, tld: str = "") -> str | None:
    """The address of these parts, or None where they make none."""
    if not _LOCAL.match(local) or not _HOST.match(host) or (tld and not _TLD.match(tld)):
        return None
    if tld and not host.endswith("." + tld.lstrip(".")):
        host = f"{host}.{tld.lstrip('.')}"
    if not has_known_suffix(host):
        return None
    return next((found.address for found in find_addresses(f"{local}@{host}")), None)


_SEPARATED = re.compile(r"([\w.+-]{1,64})\s?(?P<mark>[|,;:#*~/ ]{1,3})\s?([\w.-]{2,190})(?:(?P=mark)([a-z]{2,12}))?\Z")
_CAPITALS = re.compile(r"[a-z0-9._-]{1,64}AT[a-z0-9-]{1,63}(?:DOT[a-z0-9-]{1,63}){1,4}\Z")


def split_address(value: str) -> str | None:
    """The address in a value that is known to be one but for its signs: `info|acme|example`, `infoATacmeDOTexample`."""
    if match := _SEPARATED.match(value):
        return assemble(match[1], match[3], match[4] or "")
    if _CAPITALS.match(value):
        local, _, host = value.partition("AT")
        return assemble(local.replace("DOT", "."), host.replace("DOT", "."))
    return None


def addresses_in_parts(source: str) -> Iterator[str]:
    """The addresses whose parts JSON holds: in an object under names that tell, or in a list of two or three."""
    if len(source) > MAX_JSON:
        return
    try:
        waiting: list[Any] = [json.loads(source, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(MAX_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        waiting += inner
        texts = [text for text in inner if isinstance(text, str)]
        if isinstance(value, dict):
            found = join_parts({str(name).lower(): text for name, text in value.items() if isinstance(text, str)})
        else:
            is_list = 2 <= len(texts) == len(inner) <= 3
            found = assemble(texts[0], texts[1], texts[2] if len(texts) > 2 else "") if is_list else None
        if found:
            yield found


def find_mail_objects(script: str) -> Iterator[str]:
    """The addresses in objects that a script or JSON calls mail: `"email": {"user": "info", …}`."""
    if 'ail":{' in script:
        for source in _MAIL_OBJECT.findall(script):
            yield from addresses_in_parts(source)
