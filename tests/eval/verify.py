"""Verify every recorded address and as many invented ones, as a user would, and hold each verdict against the fates.

    python -m tests.eval.verify [--corpus ../shared/realweb/corpus] [--salts a,b,c] [--smtp-salts a] [--wrong 20]

The recorded mail world says by `dns_fate` and `mailbox_fate` what each domain does; the design's table says which
status and reason follow. Exit status 1 when a single verdict is another; 0 with a line that says so where the corpus is
missing.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harvester.classify.tags import is_disposable
from harvester.verify.mx import mail_provider
from tests.eval.recorded_mail import playing_mail
from tests.eval.recorded_web import DEFAULT_CORPUS, ROOT, load_player

STATUS_OF = {
    "mailbox_ok": "deliverable", "mx": "likely", "accept_all": "likely", "provider_unverifiable": "likely",
    "implicit_mx": "risky", "disposable": "risky", "null_mx": "undeliverable", "no_such_domain": "undeliverable",
    "no_such_mailbox": "undeliverable", "timeout": "unknown", "server_failure": "unknown",
}  # fmt: skip
CANNOT_BE_ASKED = {"microsoft", "mailru", "yahoo"}


def invent(addresses: Iterable[str], number: int) -> list[str]:
    """Addresses that nobody recorded: at known domains, at unknown ones, and below `slow.` and `broken.`"""
    chance = random.Random(5)
    domains = sorted({address.rpartition("@")[2] for address in addresses})
    shapes = (
        lambda n: f"nobody.{n}@{chance.choice(domains)}",
        lambda n: f"j.doe{n}@{chance.choice(domains)}",
        lambda n: f"info@unknown-{n}.example",
        lambda n: f"sales@firm-{n}.slow",
        lambda n: f"office@firm-{n}.broken",
    )
    return [shapes[number % len(shapes)](number) for number in range(number)]


def expected(address: str, player: Any, corpus: Any, salt: str, *, smtp: bool) -> set[str]:
    """The reasons that the fates dictate; of a provider that cannot be asked, also that it cannot."""
    domain = address.rpartition("@")[2]
    if domain.endswith(("slow", "broken")):
        return {"timeout" if domain.endswith("slow") else "server_failure"}
    fate = player.dns_fate(domain, set(corpus.sites), salt)
    if domain not in corpus.mail_domains or fate == "nxdomain":
        return {"no_such_domain"}
    if fate in ("null-mx", "a-only"):
        return {"null_mx" if fate == "null-mx" else "implicit_mx"}
    if is_disposable(domain):
        return {"disposable"}
    if not smtp:
        return {"mx"}
    if mail_provider((f"mx1.{domain}",), domain=domain) in CANNOT_BE_ASKED:
        return {"provider_unverifiable"}
    if player.mailbox_fate(domain, salt) == "catch-all":
        return {"accept_all"}
    return {"mailbox_ok" if address in corpus.addresses else "no_such_mailbox"}


def verify(addresses: list[str], into: Path, settings: Mapping[str, str], *, smtp: bool) -> dict[str, tuple[str, str]]:
    """Status and reason of each address, by the command, in a folder of its own."""
    into.mkdir()
    (into / "list.csv").write_text("email\n" + "\n".join(addresses) + "\n", "utf-8")
    command = [sys.executable, "-m", "harvester.cli", "verify", "list.csv", *(["--smtp"] if smtp else [])]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    subprocess.run(command, cwd=into, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, stderr=subprocess.DEVNULL)
    with (into / "list.verified.csv").open(encoding="utf-8", newline="") as stream:
        return {row["email"]: (row["status"], row["status_reason"]) for row in csv.DictReader(stream)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    parser.add_argument("--salts", default=",a,b", help="checked with the DNS alone")
    parser.add_argument("--smtp-salts", default=",c", help="checked with mail servers, too")
    parser.add_argument("--wrong", type=int, default=20, metavar="N", help="list the first N mistakes")
    options = parser.parse_args()
    if not (options.corpus / "sites.jsonl").is_file():
        print(f"SKIPPED: no recorded websites at {options.corpus}")
        return 0
    player = load_player(options.corpus)
    corpus = player.Corpus(options.corpus)
    addresses = sorted(corpus.addresses)
    addresses += invent(addresses, len(addresses))
    runs = [(salt, False) for salt in options.salts.split(",")] + [
        (salt, True) for salt in options.smtp_salts.split(",")
    ]
    wrong = []
    for number, (salt, smtp) in enumerate(runs):
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as scratch, playing_mail(player, corpus, salt) as settings:
            found = verify(addresses, Path(scratch) / str(number), settings, smtp=smtp)
        reasons: Counter[str] = Counter()
        for address in addresses:
            status, reason = found[address]
            reasons[reason] += 1
            wanted = expected(address, player, corpus, salt, smtp=smtp)
            if reason not in wanted or STATUS_OF.get(reason) != status:
                wrong.append(f"salt {salt!r}, smtp {smtp}: {address} is {status}/{reason}, expected {wanted}")
        seconds = round(time.monotonic() - started, 1)
        print(json.dumps({"salt": salt, "smtp": smtp, "addresses": len(found), "seconds": seconds, **reasons}))
    print("\n".join(wrong[: options.wrong]))
    print(json.dumps({"verdicts": len(runs) * len(addresses), "wrong": len(wrong)}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
