"""Mails that people write: a request for no more letters, or a reply. Whatever a program answers is neither."""

from __future__ import annotations

import re

from harvester.bounces.mail import Mail
from harvester.bounces.phrases import before_letter
from harvester.bounces.senders import addresses_of, is_automatic, is_reply, is_returner
from harvester.data import load_table
from harvester.model.bounce import MailKind

LONGEST_REQUEST = 200
_LONGEST_TEXT = 20_000
_REPLY_MARK = re.compile(r"^(?:[^\W\d_]{1,10}(?:\[\d+\])?\s*[:：]\s*)+")
_AROUND = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_POLITE = re.compile(
    r"^(?:please|pls|bitte|kindly|por favor|s'il vous plaît|per favore|proszę|пожалуйста|请|請)[\s,:]*|"
    r"[\s,]*(?:please|bitte|thanks|thank you|danke|merci|gracias|grazie|por favor|dziękuję|спасибо)$",
    re.IGNORECASE,
)
# Notices of absence are marked as automatic by most programs (RFC 3834), but not by all: subjects of those that do not.
_ABSENCE = re.compile(
    r"\s*(?:auto(?:matic|matische|mated|matisch)?[ -]?(?:reply|response|respons|antwort|antwoord|svar)|autoreply|autorespon|out of (?:the )?office|"
    r"abwesen|réponse automatique|absence du bureau|respuesta automática|resposta automática|risposta automatica|"
    r"fuera de la oficina|fora do escritório|fuori sede|afwezig|automatisch|autosvar|automatiskt svar|automaattinen|"
    r"autoodpowiedź|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpověď|automatikus válasz|"
    r"răspuns automat|otomatik yanıt|автоответ|автоматический ответ|自动回复|自動回覆|自動返信|不在|자동 회신|부재중|vacation|on leave|on holiday)",
    re.IGNORECASE,
)


def read_person(mail: Mail) -> tuple[MailKind, tuple[str, ...]]:
    """Whether a person asks for no more letters or replies, and who it is; OTHER and nobody else."""
    who = addresses_of(mail.header("from"))
    subject = mail.header("subject")
    if not who or is_returner(mail) or _ABSENCE.match(_REPLY_MARK.sub("", subject)) or _ABSENCE.match(subject):
        return MailKind.OTHER, ()
    is_request = _asks(subject) or _asks(_first_line(mail))
    if is_automatic(mail):
        return MailKind.OTHER, ()
    if is_request:
        return MailKind.UNSUBSCRIBE, who
    if is_reply(subject) or "in-reply-to" in mail.headers:
        return MailKind.REPLY, who
    return MailKind.OTHER, ()


def _first_line(mail: Mail) -> str:
    text, _ = before_letter(mail.text[:_LONGEST_TEXT])
    own = (line.strip() for line in text.split("\n") if not line.startswith((">", "|")))
    lines = [line for line in own if line and not _GREETING.match(line)]
    return lines[0] if lines else ""


_GREETING = re.compile(
    r"^(?:hi|hello|dear|hallo|guten tag|sehr geehrte|bonjour|hola|estimad|olá|prezad|buongiorno|salve|gentile|beste|"
    r"geachte|hej|hei|dzień dobry|witam|szanowni|dobrý den|vážen|tisztelt|bună|merhaba|sayın|здравствуйте|добрый день|"
    r"уважаем|您好|你好|尊敬的|お世話|안녕하세요)\b[^.!?。！？]{0,60}$",
    re.IGNORECASE,
)


def _asks(line: str) -> bool:
    """Whether a line is a request for no more letters."""
    if len(line) > LONGEST_REQUEST:
        return False
    plain = _AROUND.sub("", _REPLY_MARK.sub("", line).lower().replace("’", "'"))
    plain = _POLITE.sub("", _POLITE.sub("", plain)).strip()
    return any(
        plain == phrase if how == "whole" else phrase in plain for how, phrase in load_table("unsubscribe_phrases")
    )
