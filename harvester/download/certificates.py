"""Encrypted connections: verified first, and where that fails once more without, remembered by host."""

from __future__ import annotations

import ssl
import warnings
from functools import cached_property

from harvester.verify.latest import Latest

HOSTS_REMEMBERED = 10_000
NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})


class Certificates:
    """Which hosts do not verify, and the TLS context for those; aiohttp has made one for the others when imported."""

    def __init__(self) -> None:
        self._problems = Latest[str, str](HOSTS_REMEMBERED)

    @cached_property
    def unverified(self) -> ssl.SSLContext:
        """Checks nothing and takes the old protocols and ciphers that this OpenSSL still knows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.options |= ssl.OP_LEGACY_SERVER_CONNECT if hasattr(ssl, "OP_LEGACY_SERVER_CONNECT") else 0x4
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.set_alpn_protocols(["http/1.1"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        return context

    def problem(self, host: str) -> str | None:
        """What was wrong with the host's certificate, if that is known."""
        return self._problems.get(host)

    def remember(self, host: str, problem: str) -> None:
        """Go without verification to this host from now on."""
        self._problems[host] = problem


def describe(error: OSError) -> str:
    """What is wrong in a few words: `self-signed certificate`, `certificate has expired`, `host name mismatch`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        message = (error.verify_message or "").partition(",")[0].strip().lower()
        return "host name mismatch" if "mismatch" in message else message or "certificate verification failed"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failure").replace("_", " ").lower()
    return "connection lost in the TLS handshake"


def may_work_unverified(error: OSError) -> bool:
    """Whether the other side speaks TLS at all, so that a second try with fewer demands makes sense."""
    return not isinstance(error, ssl.SSLError) or error.reason not in NOT_TLS
