"""Which scripts are worth following: those that may make an address, none that only speak of links or print signs."""

from __future__ import annotations

import pytest

from harvester.extract.script_pieces import pieces_of

FOLLOWED = (
    "document.write('ma' + 'ilto:' + name)",
    "location.href = 'mailto' + ':' + name",
    "function mailtoOf(name) { location = name }",
    "document.write('info&#64;' + host)",
    "document.write('info' + '&#' + 64 + ';' + host)",
    "document.write('info&#00064;' + host)",
)
NOT_FOLLOWED = (
    'jQuery.extend(Drupal.settings, {"extlink": {"mailtoClass": 0, "mailtoLabel": "(link sends e-mail)"}})',
    "document.getElementById('x').controltovalidate = 'y'",
    "document.write('You&#8217;ll do better')",
    "document.write('&#128200; Free quote')",
)


@pytest.mark.parametrize("script", FOLLOWED)
def test_followed(script: str) -> None:
    assert pieces_of(script) == (script,)


@pytest.mark.parametrize("script", NOT_FOLLOWED)
def test_not_followed(script: str) -> None:
    assert pieces_of(script) == ()
