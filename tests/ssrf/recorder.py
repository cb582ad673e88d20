"""Runs `harvester` with a socket that leads public addresses to the farm, and writes down every connection wanted.

    python -m tests.ssrf.recorder HTTP_PORT SMTP_PORT NAMESERVER_PORT ARGUMENT…

`connected.jsonl` then holds the addresses, in order. Nothing leaves the machine: what is neither a first hop nor the
farm's nameserver is refused in `connect`, and an audit hook below it ends the process if anything else gets so far.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

from harvester.verify import resolver
from tests.ssrf.farm import OTHER_PUBLIC, PUBLIC

RECORD = "connected.jsonl"
REAL_CONNECT = socket.socket.connect


def main() -> None:
    http, smtp, names, *extra = (int(text) for text in sys.argv[1].split(","))
    own = {("127.0.0.1", port) for port in (http, smtp, names, *extra)}
    ways_in = {(ip, port): ("127.0.0.1", own_port)
               for ip in (PUBLIC, OTHER_PUBLIC) for port, own_port in ((80, http), (25, smtp))}  # fmt: skip
    asked_directly = {("127.0.0.1", port) for port in (names, *extra)}
    record = Path(RECORD).open("a", encoding="utf-8")  # noqa: SIM115 - as long as the process lives

    def connect(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_UNIX or tuple(address[:2]) in asked_directly:
            return REAL_CONNECT(self, address)
        record.write(json.dumps(address[:2]) + "\n")
        record.flush()
        if tuple(address[:2]) in ways_in:
            return REAL_CONNECT(self, ways_in[address[:2]])
        raise ConnectionRefusedError(111, "refused by the test")

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and len(arguments) > 1:
            made, address = arguments[:2]
            if made.family != socket.AF_UNIX and address is not None and tuple(address[:2]) not in own:
                record.write(json.dumps(["escaped", repr(address)]) + "\n")
                record.flush()
                os._exit(99)
        if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "", None):
            record.write(json.dumps(["looked up by the system", repr(arguments[0])]) + "\n")

    socket.socket.connect = connect  # type: ignore[method-assign]
    sys.addaudithook(watch)
    resolver.CACHE_TTL_S = (0, 0)  # so that a name may lead elsewhere the next time
    del sys.argv[1]
    from harvester.cli import main as harvester  # noqa: PLC0415

    harvester()


if __name__ == "__main__":
    main()
