"""Strings that strangers put into names, titles, texts and URLs, by what they are meant to break."""

from __future__ import annotations

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","Click")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "''=1+1",
    ";=1+1",
    '",=1+1',
)
TERMINALS = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mred",
    "\x90q\x9c",
    "fine\rforged",
    "a\x08\x08b",
    "\u202egpj.exe",
    "\u2066\u2067\u2069",
    "\u200f\u061c",
    "[red]red[/red]",
    "[link=http://evil.example]click[/link]",
    "[/]",
    ":warning:",
)
LINES = (
    "Nord\n2026-11-26 06:00:00 [harvester] ERROR: forged",
    "Nord\u2028forged",
    "Nord\x85forged",
    "Nord\vforged\fforged",
    "Nord\r\nEMAIL:forged@evil.example",
    "END:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:forged\r\nEND:VCARD",
    "a;b,c\\n\\;d",
    'He said "yes", no; maybe\t|',
)
MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><svg/onload=alert(1)>",
    "<!--",
    "&lt;b&gt;&amp;amp;",
    "]]>",
    "javascript:alert(1)",
    "{{7*7}}{% if x %}",
)
QUERIES = (
    "O'Brien' OR Name LIKE '%",
    "\\' OR 1=1 --",
    "'; DROP TABLE contacts; --",
    "a&b=c#d?e",
    "../../../etc/passwd",
    "%s %(name)s %n {0} {x} $HOME `id`",
    "_x003D_1+1",
    "\0nul",
    "\ud800",
    "\U000e0041",
)
STRINGS = (*FORMULAS, *TERMINALS, *LINES, *MARKUP, *QUERIES)
