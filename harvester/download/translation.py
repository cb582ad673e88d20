"""aiohttp's exceptions as Scrapy's and ours, each with words a person can read in the company's row."""

from __future__ import annotations

import ssl

import aiohttp
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError

from harvester.download.certificates import describe
from harvester.download.errors import (
    BlockedAddressError,
    CertificateError,
    ConnectTimeoutError,
    NameServerError,
    TlsError,
)
from harvester.download.guard import AddressRefusedError
from harvester.download.site_resolver import HostNotResolvedError


def translate(error: Exception, host: str) -> Exception:
    """The exception to raise instead; `host` is what was asked, for the message."""
    tls = tls_error(error)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return CertificateError(f"{host}: {describe(tls)}")
    if tls is not None:
        return TlsError(f"{host}: {describe(tls)}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _translate_connector(error, host)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ConnectTimeoutError(f"{host}: no connection in time")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return CannotResolveHostError(f"{host}: no host can be called this")
    said = (
        error.message.partition("\n")[0].strip(": ") if isinstance(error, aiohttp.ClientResponseError) else str(error)
    )
    words = " ".join(said.split())[:200] or type(error).__name__
    return DownloadFailedError(f"{host}: {words}")


def tls_error(error: Exception) -> OSError | None:
    """What OpenSSL said, or how the handshake broke off, if that is why no encrypted connection came about.

    A connection that is lost before it is refused or stands is lost in the handshake: TCP has no such end.
    """
    inner: object = None
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        inner = error.certificate_error
    elif isinstance(error, aiohttp.ClientConnectorError):
        inner = error.os_error
    return inner if isinstance(inner, ssl.SSLError | ConnectionResetError | ConnectionAbortedError) else None


def _translate_connector(error: aiohttp.ClientConnectorError, host: str) -> Exception:
    match error.os_error:
        case HostNotResolvedError(answer=answer) as inner if answer.outcome in ("no_such_domain", "no_data"):
            return CannotResolveHostError(str(inner))
        case HostNotResolvedError() as inner:
            return NameServerError(str(inner))
        case AddressRefusedError() as inner:
            return BlockedAddressError(f"{host}: {inner}")
        case TimeoutError():
            return ConnectTimeoutError(f"{host}: no connection in time")
        case inner:
            words = "connection refused" if isinstance(inner, ConnectionRefusedError) else inner.strerror or str(inner)
            return DownloadConnectionRefusedError(f"{host}: {words}")
