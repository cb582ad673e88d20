"""Fuzz the reading of pages with recorded pages that are cut, doubled, nested and mixed with one another.

python -m tests.fuzz.mutated_pages -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]
"""

from __future__ import annotations

import random
import sys
from functools import cache
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["harvester"]):
    from tests.fuzz.any_bytes import with_seeds
    from tests.fuzz.reading import CORPUS, check_input, warm_up

PAGES = Path(__file__).resolve().parents[1] / "pages"
MAX_PAGE = 100_000
MAX_REPEATS = 300
# What markup, scripts and addresses are made of: pieces that open something and do not end it, above all.
PIECES = [
    b"<", b"</", b">", b"<!--", b"-->", b"<b>", b"<div>", b"<a href='mailto:", b"<a href='",
    b"<span style='display:none'>", b"<span style='unicode-bidi:bidi-override;direction:rtl'>", b"<script>",
    b"</script>", b"<style>.a{display:none}", b".b::before{content:attr(data-x)}", b"</style>", b"<template>",
    b"<noscript>", b"<textarea>", b"<title>", b"<svg>", b"<math>", b"<table>", b"<td>", b"<select>", b"<form>",
    b"<iframe srcdoc='", b"<base href='", b"<pre>", b"<plaintext>", b"@", b".", b"%40", b"&#64;", b"&#x40",
    b"\xef\xbc\xa0", b"\xc2\xad", b"\xe2\x80\x8b", b"\xff\xfe", b"\x00", b"\n", b" ", b" at ", b" [at] ",
    b" (dot) ", b"info@acme.example", b"data-cfemail='", b"data-user='", b"itemprop='email'", b"mailto:",
    b"document.write(", b"String.fromCharCode(", b"'+'", b"\\x40", b"\\u0040", b"eval(", b"unescape('%3Ca",
    b"atob('", b"function f(a){return f(a+a)}f('@')", b"for(;;)s+='@';", b"while(1){}", b"var a=[", b"].join('')",
    b".replace(/a/g,'aa')", b"[]", b"{", b"}", b"(", b")", b"'", b'"', b"`", b"${", b"\\", b"/*", b"//",
    b"BEGIN:VCARD\n", b"EMAIL:", b"=C3=A4=\n",
]  # fmt: skip


@cache
def recorded_pages() -> list[bytes]:
    """Return the pages of the corpus and the seeds, none of them long."""
    pages = [path.read_bytes()[:MAX_PAGE] for path in sorted(PAGES.glob("*/page.html"))]
    return [b"\n" + page for page in pages] + [path.read_bytes() for path in sorted(CORPUS.iterdir())]


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Return the data after one to four changes (the signature is the fuzzer's)."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(CHANGES)(data, chance)[:max_size]
    return data or b"\n"


def start_again(_data: bytes, chance: random.Random) -> bytes:
    return chance.choice(recorded_pages())


def let_fuzzer_mutate(data: bytes, _chance: random.Random) -> bytes:
    return bytes(atheris.Mutate(data, len(data) + 64))


def cut_out(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def mix_in(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(recorded_pages())
    start = chance.randrange(len(other))
    return insert(data, other[start : start + chance.randint(1, 3000)], chance)


def add_pieces(data: bytes, chance: random.Random) -> bytes:
    pieces = b"".join(chance.choice(PIECES) for _ in range(chance.randint(1, 6)))
    return insert(data, pieces * chance.choice((1, 1, 1, 2, chance.randint(2, MAX_REPEATS))), chance)


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randint(1, 400)]
    return insert(data, piece * chance.randint(2, MAX_REPEATS), chance)


def swap_letters(data: bytes, chance: random.Random) -> bytes:
    piece, other = chance.choice(PIECES), chance.choice(PIECES)
    return data.replace(piece, other, chance.randint(1, 50))


def insert(data: bytes, piece: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + piece + data[place:]


CHANGES = (start_again, let_fuzzer_mutate, cut_out, mix_in, mix_in, add_pieces, add_pieces, repeat, swap_letters)


def main() -> None:
    """Run until the time is over or something is found."""
    warm_up()
    atheris.Setup([*with_seeds(sys.argv), f"-max_len={2 * MAX_PAGE}"], check_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
