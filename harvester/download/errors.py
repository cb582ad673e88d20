"""What can go wrong while fetching, beyond Scrapy's own exceptions; each finer one is a kind of Scrapy's."""

from __future__ import annotations

import traceback

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)


class BlockedAddressError(Exception):
    """Every address of the host is loopback, private, link-local or the like, and these are not allowed."""


class NameServerError(CannotResolveHostError):
    """The DNS did not answer, or failed: whether the host exists is not known."""


class HostLimitError(DownloadCancelledError):
    """The site has made us look up as many hosts as it may."""


class ConnectTimeoutError(DownloadTimeoutError):
    """No connection in time; a plain `DownloadTimeoutError` came after the connection stood."""


class TlsError(DownloadFailedError):
    """The server answered, but no encrypted connection came about."""


class CertificateError(TlsError):
    """The certificate does not verify, and `DOWNLOAD_VERIFY_CERTIFICATES` is on."""


class RobotsDeniedError(IgnoreRequest):
    """robots.txt forbids the page."""


class RobotsUnavailableError(IgnoreRequest):
    """The server was there but did not answer for robots.txt, so that nothing may be read (RFC 9309, 2.3.1.4)."""


# The origin could not be talked to at all: robots.txt says nothing then, and another scheme or host may be tried.
NO_CONNECTION = (CannotResolveHostError, BlockedAddressError, ConnectTimeoutError, HostLimitError, TlsError)


def let_go(error: BaseException) -> None:
    """Forget the functions that an error, caught for good, has come through, with their variables; its causes', too.

    An error and its frames hold each other until the cyclic collector comes round, and the frames hold what was read:
    64 open visits among sites without end took 840 MB, and take 280 MB so (`tests.eval.soak`, 2026-11-26).
    """
    waiting, seen = [error], {id(error)}  # two errors may be each other's cause
    while waiting:
        error = waiting.pop()
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        behind = [each for each in (error.__cause__, error.__context__) if each is not None and id(each) not in seen]
        seen.update(map(id, behind))
        waiting += behind
