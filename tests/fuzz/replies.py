"""Fuzz the reading of what mail servers say, in a conversation and in a report.

python -m tests.fuzz.replies -max_total_time=600 [-artifact_prefix=FOLDER/] [FOLDER OF INPUTS TO GO ON WITH]

Replay findings without the instrumentation:  python -m tests.fuzz.replies FILE...
"""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.harness import main

CORPUS = sorted(Path(__file__).with_name("replies").glob("*.txt"))


def check_reply(data: bytes) -> None:
    """Whatever a server says has a meaning; what passes, and what is said of us, costs no address."""
    from harvester.bounces import MEANINGS  # noqa: PLC0415 - after the instrumentation
    from harvester.bounces.reasons import OURS, classify_reason, find_reply, find_status  # noqa: PLC0415
    from harvester.model import Status, Verification  # noqa: PLC0415
    from harvester.verify.replies import Reply, read_recipient_reply, read_refusal  # noqa: PLC0415

    text = data.decode("utf-8", "replace")
    digits, words = text[:3], text[4:]
    reply = Reply(int(digits) if digits.isascii() and digits.isdigit() else 550, words)
    assert Verification(reason=read_refusal(reply)).status is Status.LIKELY
    answer = Verification(reason=read_recipient_reply(reply)).status
    assert answer is not Status.UNDELIVERABLE or reply.code >= 500
    meaning = MEANINGS[classify_reason(text, status=find_status(text), reply=find_reply(text))]
    assert not (meaning.hard and meaning.about in OURS)


if __name__ == "__main__":
    main(check_reply, CORPUS, "harvester.bounces.reasons")
