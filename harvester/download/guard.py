"""The check of the very address that is connected to, so that no name, redirect or changing DNS gets around it."""

from __future__ import annotations

import socket
from collections.abc import Callable

from aiohttp import AddrInfoType

from harvester.verify.ip_addresses import is_public as is_public  # noqa: PLC0414 - this is where fetching looks for it


class AddressRefusedError(OSError):
    """Raised instead of making a socket.

    An `OSError`, since aiohttp's connection race only passes these on (as `ClientConnectorError.os_error`); always with
    the same words, since the race makes one anonymous error of different ones.
    """

    def __init__(self) -> None:
        super().__init__("the address is not public")


def make_socket_factory(
    allow_private: bool, on_refused: Callable[[str], None] | None = None
) -> Callable[[AddrInfoType], socket.socket]:
    """A factory for `aiohttp.TCPConnector(socket_factory=…)` that raises `AddressRefusedError` for what is not public.

    `on_refused` is told each refused address. Nothing is sent: the socket is never made.
    """

    def make_socket(address_info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = address_info
        host = str(address[0])
        if not allow_private and not is_public(host):
            if on_refused is not None:
                on_refused(host)
            raise AddressRefusedError
        return socket.socket(family=family, type=kind, proto=protocol)

    return make_socket
