"""Loops over a string that are done at once leave what they leave letter by letter."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.extract.javascript import Interpreter, interpreter

SHIFT = "for(i=0;i<kode.length;i++){c=kode.charCodeAt(i)-3;if(c<0)c+=128;x+=String.fromCharCode(c)}"
SWAP = "for(i=0;i<(kode.length-1);i+=2){x+=kode.charAt(i+1)+kode.charAt(i)}"
KNOWN = (SHIFT, SWAP, SHIFT.replace("-3", "-7"), SWAP.replace("kode", "text").replace("x+=", "out+="))
OTHERS = (
    SHIFT.replace("c<0", "c<1"),
    SHIFT.replace("128", "127"),
    SHIFT.replace("-3", "+3"),
    SWAP.replace("i+1", "i+2"),
    SWAP.replace("x+=", "kode+="),  # what it reads grows
)
NAMES = ("kode", "text", "x", "out", "i", "c")


def left_by(loop: str, text: str) -> dict[str, object]:
    """What the variables hold after a loop over a text."""
    script = Interpreter()
    script.run(f"var kode={text!r},text=kode,x='',out='<',i,c;{loop}")
    return {name: script.globals.names.get(name) for name in NAMES}


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\n\r'\"\\"), max_size=30))
@pytest.mark.parametrize("loop", [*KNOWN, *OTHERS])
def test_it_leaves_what_the_loop_leaves(loop: str, text: str) -> None:
    with mock.patch.object(interpreter, "run_at_once", return_value=None):
        letter_by_letter = left_by(loop, text)
    assert left_by(loop, text) == letter_by_letter


@pytest.mark.parametrize("loop", KNOWN)
def test_a_known_loop_takes_few_steps(loop: str) -> None:
    script = Interpreter(max_steps=60)
    script.run(f"var kode='{'abcd' * 50}',text=kode,x='',out='';{loop}")
    assert len(str(script.globals.names["out" if "out" in loop else "x"])) == 200


@pytest.mark.parametrize("loop", OTHERS)
def test_no_other_loop_is_taken_for_one(loop: str) -> None:
    script = Interpreter(max_steps=60)
    script.run(f"var kode='{'abcd' * 50}',x='',i,c;{loop}")
    assert len(str(script.globals.names["x"])) < 200
