"""Cutting a script into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harvester.extract.decoders import decode_js_escapes


class ScriptError(Exception):
    """The script cannot be read or followed any further."""


@dataclass(slots=True)  # read far more often than made
class Token:
    """`kind` is one of number, string, template, name, regex, sign, end."""

    kind: str
    text: str
    value: object = None


END = Token("end", "")

_TOKEN = re.compile(
    r"""(?P<space>[\s\ufeff]+|//[^\n]*|<!--[^\n]*)
    |(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<string>"(?:[^"\\\n]|\\(?:\r\n|[\s\S]))*"|'(?:[^'\\\n]|\\(?:\r\n|[\s\S]))*')
    |(?P<name>[A-Za-z_$\u00aa-\uffdc][\w$]*)
    |(?P<sign>>>>=|===|!==|>>>|<<=|>>=|\*\*=|\.\.\.|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=
        |/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()\[\];,<>+\-*/%&|^!~?:=.@\#])""",
    re.VERBOSE,
)
_REGEX = re.compile(r"/((?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([a-z]*)")
_LINE_CONTINUATION = re.compile(r"\\(?:\r\n|\n|\r)")
_BEFORE_REGEX = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do"})
_MAX_TOKENS = 40_000
MAX_TEMPLATE_EXPRESSION = 2000


def tokenize(source: str) -> list[Token]:
    """The tokens of a script, comments left out; ScriptError where it is no script."""
    tokens: list[Token] = []
    position, size = 0, len(source)
    while position < size:
        character = source[position]
        if character == "/" and source.startswith("/*", position):
            end = source.find("*/", position + 2)
            position = end + 2 if end >= 0 else size
            continue
        if (
            character == "-"
            and source.startswith("-->", position)
            and source[max(0, position - 40) : position].rpartition("\n")[2].isspace() is not False
        ):
            position = _line_end(source, position)
            continue
        if character == "`":
            parts, position = read_template(source, position + 1)
            tokens.append(Token("template", source[position - 1 : position], parts))
            continue
        match = (_regex_at(source, position, tokens) if character == "/" else None) or _TOKEN.match(source, position)
        if match is None or len(tokens) > _MAX_TOKENS:
            raise ScriptError(f"no script at {position}")
        position = match.end()
        if match.lastgroup != "space":
            tokens.append(_token(match))
    return tokens


def read_template(source: str, position: int) -> tuple[list[tuple[str, str]], int]:
    """The parts of a template literal, `(text, "")` or `("", expression)`, and where it ends."""
    parts: list[tuple[str, str]] = []
    begin = position
    while position < len(source):
        character = source[position]
        if character == "`":
            return [*parts, (_plain(source[begin:position]), "")], position + 1
        if character == "\\":
            position += 2
        elif character == "$" and source.startswith("${", position):
            end = _expression_end(source, position + 2)
            parts += [(_plain(source[begin:position]), ""), ("", source[position + 2 : end])]
            begin = position = end + 1
        else:
            position += 1
    raise ScriptError("template does not end")


def _plain(text: str) -> str:
    return decode_js_escapes(text) or text


def _expression_end(source: str, position: int) -> int:
    """Where the expression inside a template ends: at its closing brace."""
    depth, quotes, limit = 0, "", min(len(source), position + MAX_TEMPLATE_EXPRESSION)
    while position < limit:
        character = source[position]
        if character == "\\":
            position += 1
        elif quotes:
            # Inside a string; a template inside of the expression counts as one, its own expressions included.
            quotes = quotes[:-1] if character == quotes[-1] else quotes
        elif character in "\"'`":
            quotes = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return position
            depth -= 1
        position += 1
    raise ScriptError("expression in a template does not end")


def _line_end(source: str, position: int) -> int:
    end = source.find("\n", position)
    return end if end >= 0 else len(source)


def _regex_at(source: str, position: int, tokens: list[Token]) -> re.Match[str] | None:
    if source[position + 1 : position + 2] in {"/", "*", ""}:
        return None
    if tokens:
        last = tokens[-1]
        if last.kind in {"number", "string", "template", "regex"} or (
            last.kind == "name" and last.text not in _BEFORE_REGEX
        ):
            return None
        if last.kind == "sign" and last.text in {")", "]", "}", "++", "--"}:
            return None
    return _REGEX.match(source, position)


def _token(match: re.Match[str]) -> Token:
    text, kind = match.group(), match.lastgroup
    if match.re is _REGEX:
        return Token("regex", match.group(1), match.group(2))
    if kind == "string":
        body = _LINE_CONTINUATION.sub("", text[1:-1])
        return Token("string", text, decode_js_escapes(body) or body if "\\" in body else body)
    if kind == "number":
        return Token("number", text, _number(text))
    return Token(kind or "sign", text)


def _number(text: str) -> float:
    if text[:2] in {"0x", "0X"}:
        return int(text, 16)
    if text[:2] in {"0b", "0B"}:
        return int(text, 2)
    return int(text) if text.isdigit() and len(text) < 20 else float(text)
