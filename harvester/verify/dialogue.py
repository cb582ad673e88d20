"""One conversation with a mail server, up to the question whether it would take a letter. No letter is ever sent."""

from __future__ import annotations

import socket
import ssl
from functools import cache
from typing import Self

from aiosmtplib import SMTP, SMTPConnectResponseError, SMTPException, SMTPHeloError, SMTPServerDisconnected
from aiosmtplib.errors import SMTPTimeoutError

from harvester.verify.replies import Reply

RECIPIENTS_PER_LETTER = 10  # then RSET and a new MAIL: some servers take few recipients from strangers
QUESTIONS_PER_SESSION = 50
# Postfix slows down after 10 errors of a session and hangs up after 20 (smtpd_soft_, smtpd_hard_error_limit).
REFUSALS_PER_SESSION = 8
CLOSING = 421  # RFC 5321, 3.8
CLOSE_TIMEOUT_S = 2.0


class TurnedAwayError(Exception):
    """The server refused us before it was asked about anybody."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class BrokenOffError(Exception):
    """The server went silent or hung up in the middle; the message says which."""


class TlsError(Exception):
    """STARTTLS was offered and failed: the same server may still be asked in the clear."""


@cache
def _tls_context() -> ssl.SSLContext:
    """Any certificate will do (RFC 7435): nothing secret is said, and old servers must be understood."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


class Session:
    """A conversation that has said who we are; `is_worn` when the next question should go into a new one."""

    def __init__(self, smtp: SMTP, mail_from: str) -> None:
        self._smtp = smtp
        self._mail_from = mail_from
        self._recipients = 0
        self._questions = 0
        self._refusals = 0
        self._letter: bool | None = None  # whether a letter is begun, and whether with SMTPUTF8

    @classmethod
    async def open(
        cls, connection: socket.socket, host: str, *, helo: str, mail_from: str, timeout_s: float, tls: bool = True
    ) -> Self:
        """Greet the server over a connected socket. Raises `TurnedAwayError`, `BrokenOffError` and `TlsError`."""
        smtp = SMTP(sock=connection, local_hostname=helo, timeout=timeout_s, start_tls=False)
        try:
            await smtp.connect()
            await _greet(smtp)
            if tls and smtp.supports_extension("starttls"):
                await _start_tls(smtp, host)
                await _greet(smtp)
        except BaseException as error:
            smtp.close()
            connection.close()
            if isinstance(error, (SMTPConnectResponseError, SMTPHeloError)):
                raise TurnedAwayError(Reply(error.code, error.message)) from None
            if isinstance(error, (SMTPException, OSError)):
                raise _broken_off(error) from None
            raise
        return cls(smtp, mail_from)

    @property
    def is_worn(self) -> bool:
        """Whether the server has been asked enough in this session, or has closed it."""
        return (
            not self._smtp.is_connected
            or self._questions >= QUESTIONS_PER_SESSION
            or self._refusals >= REFUSALS_PER_SESSION
        )

    def can_ask(self, address: str) -> bool:
        """Whether the server knows addresses with such letters (RFC 6531)."""
        return address.isascii() or self._smtp.supports_extension("smtputf8")

    async def ask(self, address: str) -> Reply:
        """The reply to RCPT. Raises `TurnedAwayError` where the sender is refused, and `BrokenOffError`."""
        try:
            await self._begin_letter(smtputf8=not address.isascii())
            reply = await self._say(b"RCPT", b"TO:<" + address.encode() + b">")
        except (SMTPException, OSError) as error:
            raise _broken_off(error) from None
        self._recipients += 1
        self._questions += 1
        self._refusals += reply.code >= 400
        return reply

    async def close(self) -> None:
        """Say goodbye and hang up."""
        try:
            if self._smtp.is_connected:
                await self._smtp.quit(timeout=CLOSE_TIMEOUT_S)
        except (SMTPException, OSError):
            pass
        finally:
            self._smtp.close()

    async def _begin_letter(self, *, smtputf8: bool) -> None:
        if self._letter is not None:
            if self._letter is smtputf8 and self._recipients < RECIPIENTS_PER_LETTER:
                return
            await self._say(b"RSET")
        options = [b"SMTPUTF8"] if smtputf8 else []
        reply = await self._say(b"MAIL", b"FROM:<" + self._mail_from.encode() + b">", *options)
        if reply.code != 250:
            self._letter = None
            raise TurnedAwayError(reply)
        self._letter, self._recipients = smtputf8, 0

    async def _say(self, *words: bytes) -> Reply:
        return Reply(*await self._smtp.execute_command(*words))


async def _greet(smtp: SMTP) -> None:
    try:
        await smtp.ehlo()
    except SMTPHeloError:
        await smtp.helo()


async def _start_tls(smtp: SMTP, host: str) -> None:
    try:
        await smtp.starttls(server_hostname=host, validate_certs=False, tls_context=_tls_context())
    except (SMTPException, OSError, ValueError) as error:
        raise TlsError(str(error)) from None


def _broken_off(error: Exception) -> BrokenOffError:
    if isinstance(error, (SMTPTimeoutError, TimeoutError)):
        return BrokenOffError("the mail server did not answer in time")
    if isinstance(error, SMTPServerDisconnected):
        return BrokenOffError("the mail server hung up")
    return BrokenOffError(f"the conversation with the mail server broke off: {error}")
