"""The way to a mail server: straight, from a chosen address of ours, or through a SOCKS5 proxy."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass

SMTP_PORT = 25


class RouteError(OSError):
    """The way is blocked on our side, so that it says nothing about the server. The message is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`proxy` is a URL like `socks5://user:password@host:1080`; `source_address` an IP address of this machine."""

    port: int = SMTP_PORT
    source_address: str = ""
    proxy: str = ""
    timeout_s: float = 30.0

    async def connect(self, address: str) -> socket.socket:
        """A socket connected to that very IP address. Raises `TimeoutError`, `OSError`; `RouteError` for our side."""
        async with asyncio.timeout(self.timeout_s):
            return await (self._connect_by_proxy(address) if self.proxy else self._connect(address))

    async def _connect(self, address: str) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            if self.source_address and (":" in self.source_address) == (":" in address):
                self._bind(connection)
            await asyncio.get_running_loop().sock_connect(connection, (address, self.port))
        except BaseException:
            connection.close()
            raise
        return connection

    def _bind(self, connection: socket.socket) -> None:
        try:
            connection.bind((self.source_address, 0))
        except OSError as error:
            said = (
                f"HARVESTER_SMTP_SOURCE_ADDRESS {self.source_address} is no address of this machine: {error.strerror}"
            )
            raise RouteError(said) from None

    async def _connect_by_proxy(self, address: str) -> socket.socket:
        # An optional dependency: `verifying.setup.read_manners` has said so where it is missing.
        from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError  # noqa: PLC0415
        from python_socks.async_.asyncio import Proxy  # noqa: PLC0415

        try:
            proxy = Proxy.from_url(self.proxy)
            return await proxy.connect(dest_host=address, dest_port=self.port, timeout=self.timeout_s)
        except ProxyTimeoutError:
            raise TimeoutError from None
        except ProxyConnectionError:
            raise RouteError("the proxy HARVESTER_SMTP_PROXY cannot be reached") from None
        except ProxyError as error:
            raise OSError(f"the proxy says: {error}") from None
