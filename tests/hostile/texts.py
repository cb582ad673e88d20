"""Pages that are hard to read: charsets that lie, depths, lengths, and code built against our decoders."""

from __future__ import annotations

from tests.hostile.exchange import Exchange, Handler

ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
XML_BOMB = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a0 'lol'>{ENTITIES}]>"
OUTSIDE = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"


async def wrong_charset(x: Exchange) -> None:
    text = f"<!doctype html><meta charset=utf-8><title>Käserei</title><p>Grüße! {x.address} Straße</p>"
    await x.answer(text.encode("latin-1"))


async def missing_charset(x: Exchange) -> None:
    """Named neither by the server nor by the page."""
    text = f"<!doctype html><title>会社</title><p>お問い合わせはこちら: {x.address} までご連絡ください</p>"
    await x.answer(text.encode("shift_jis"), kind="text/html")


async def utf_16(x: Exchange) -> None:
    await x.answer(x.page.decode().encode("utf-16"), kind="text/html")


async def broken_html(x: Exchange) -> None:
    start = b'\0<html><table><tr><p><b <a href=x"<div id=a id=a></span></html><script>if (a</script'
    await x.answer(start + b"><!-- <body><style>p{</style></body></html>" + b"--><td>\xff\xfe\0 " + x.address.encode())


async def deep(x: Exchange) -> None:
    await x.answer(b"<div>" * 100_000 + x.address.encode())


async def at_signs(x: Exchange) -> None:
    traps = b"a@" * 200_000 + b" " + b"@" * 200_000 + b" " + b"a." * 200_000 + b"a" * 500_000
    await x.answer(x.page + b"<p>" + traps + b"</p>")


async def mail_domains(x: Exchange) -> None:
    """A subdomain for each address: somebody's name server counts who asks."""
    await x.answer(x.page + " ".join(subdomain_addresses(x.host)).encode())


def subdomain_addresses(host: str) -> list[str]:
    """200 of them."""
    return [f"info@d{number}.{host}" for number in range(200)]


def around(before: bytes, after: bytes = b"", *, kind: str = "text/html; charset=utf-8") -> Handler:
    """A handler whose page has the address in the midst of something hard."""
    return lambda x: x.answer(before + x.page + after, kind=kind)


async def utf_7(x: Exchange) -> None:
    hidden = b"<p>+ADw-script+AD4-evil+AEA-elsewhere.example</p>"
    await x.answer(x.page + hidden, kind="text/html; charset=utf-7")


async def broken_utf_16(x: Exchange) -> None:
    await x.answer(b"\xff\xfe" + x.page.decode().encode("utf-16-le") + b"\x00\xd8\x00", kind="text/html")


async def xml_bomb(x: Exchange) -> None:
    page = f"{XML_BOMB}<html><body><p>&a9;</p><p>{x.address}</p></body></html>"
    await x.answer(page.encode(), kind="application/xhtml+xml")


async def outside_entity(x: Exchange) -> None:
    page = f"{OUTSIDE}<html><body><p>&f;</p><p>{x.address}</p></body></html>"
    await x.answer(page.encode(), kind="application/xhtml+xml")


def script(code: str) -> Handler:
    """A page whose script is meant to keep a decoder busy for ever; the address stands below."""
    return lambda x: x.answer(f"<script>{code}</script>".encode() + x.page)


def style(rules: str) -> Handler:
    """The same with a style sheet."""
    return lambda x: x.answer(f"<style>{rules}</style>".encode() + x.page)


NESTED_EVAL = "eval('" + "eval(" * 2000 + "1" + ")" * 2000 + "');" + "eval(\"eval('document.write(1)')\");" * 2000
HUGE_ARRAY = "var a=[" + "'a@b'," * 200_000 + "];document.write(a.join('@'));while(true){a.push(a)}"
BACKTRACKING = f"document.write('{'a' * 5000}@'.replace(/((a+)+)+$/, '').replace(/(a|aa)*b/g, '@'));" * 20
QUADRATIC_STYLE = "".join(f".c{n} .c{n}:after,.c{n}>i:before{{content:'@'}}" for n in range(20_000))
UNCLOSED_STYLE = ".a{content:'" + "\\40 " * 100_000 + "@media(" * 20_000
