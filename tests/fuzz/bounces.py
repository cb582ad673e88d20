"""Fuzz the reading of mails with bytes of any kind, led by the branches that they reach.

python -m tests.fuzz.bounces -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]

Replay findings without the instrumentation:  python -m tests.fuzz.bounces FILE...
"""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.harness import main

CORPUS = sorted(Path(__file__).resolve().parents[1].joinpath("bounces").glob("*.eml"))


def check_mail(raw: bytes) -> None:
    """Any bytes are a mail or refused; what is read of it is well-formed."""
    from harvester.bounces import MEANINGS, MailError, read_mail  # noqa: PLC0415 - after the instrumentation

    try:
        report = read_mail(raw)
    except MailError:
        return
    assert report.key
    assert all(bounce.reason in MEANINGS and "\n" not in bounce.recipient for bounce in report.bounces)
    assert all(bounce.hard is MEANINGS[bounce.reason].hard for bounce in report.bounces)
    assert len({bounce.recipient.lower() for bounce in report.bounces}) == len(report.bounces)


if __name__ == "__main__":
    main(check_mail, CORPUS, "harvester.bounces")
