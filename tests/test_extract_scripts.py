"""Addresses that scripts hold or write."""

# ruff: noqa: E501, ISC004 - scripts as they stand on pages
from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extract.javascript import Interpreter
from harvester.model import Method, Zone
from tests.reading import addresses, mentions
from tests.test_extract_decoders import ADDRESSES, encode_cfemail, encode_typo3

ADDRESS = "info@acme.example"
CODES = ",".join(str(ord(c)) for c in f'<a href="mailto:{ADDRESS}">')
XORED = ",".join(str(ord(c) ^ 42) for c in ADDRESS)
UNCRYPT = (
    "function decryptCharcode(n,start,end,offset){n=n+offset;if(offset>0&&n>end){n=start+(n-end-1)}"
    "else if(offset<0&&n<start){n=end-(start-n-1)}return String.fromCharCode(n)}"
    "function decryptString(enc,offset){var dec='';var len=enc.length;for(var i=0;i<len;i++){var n=enc.charCodeAt(i);"
    "if(n>=0x2B&&n<=0x3A){dec+=decryptCharcode(n,0x2B,0x3A,offset)}else if(n>=0x40&&n<=0x5A)"
    "{dec+=decryptCharcode(n,0x40,0x5A,offset)}else if(n>=0x61&&n<=0x7A){dec+=decryptCharcode(n,0x61,0x7A,offset)}"
    "else{dec+=enc.charAt(i)}}return dec}function linkTo_UnCryptMailto(s){location.href=decryptString(s,-2)}"
)
PACKED = (
    "eval(function(p,a,c,k,e,d){e=function(c){return c};while(c--){if(k[c]){p=p.replace(new RegExp('\\\\b'+e(c)+'\\\\b','g'),k[c])}}"
    "return p}('0.1(\"2@3.4\")',5,5,'document|write|info|acme|example'.split('|'),0,{}))"
)

FOUND = [
    "document.write('info' + '@' + 'acme' + '.' + 'example')",
    "var u='info',d='acme.example';document.write('<a href=\"mailto:'+u+'@'+d+'\">'+u+'</a>');",
    "document.write('in');document.write('fo@');document.write('acme.example');",
    f"document.write(String.fromCharCode({CODES}))",
    f"var a=[{CODES}];var s='';for(var i=0;i<a.length;i++){{s+=String.fromCharCode(a[i]);}}document.write(s);",
    f"document.write([{CODES}].map(c=>String.fromCharCode(c)).join(''))",
    f"var a=[{XORED}],s='';for(var i=0;i<a.length;i++)s+=String.fromCharCode(a[i]^42);el.innerHTML=s",
    "document.write(unescape('%69%6e%66%6f%40%61%63%6d%65%2e%65%78%61%6d%70%6c%65'))",
    "eval(decodeURIComponent('%64%6f%63%75%6d%65%6e%74%2e%77%72%69%74%65%28%27info%40acme.example%27%29'))",
    f"el.href = 'mailto:' + atob('{base64.b64encode(ADDRESS.encode()).decode()}')",
    "document.write('elpmaxe.emca@ofni'.split('').reverse().join(''))",
    "document.write('<n uers=\"znvygb:vasb@npzr.rknzcyr\">'.replace(/[a-zA-Z]/g,function(c){return String.fromCharCode("
    "(c<='Z'?90:122)>=(c=c.charCodeAt(0)+13)?c:c-26);}))",
    "location.href = 'mai' + 'lto:' + ['info', 'acme.example'].join('@');",
    "var addy = '&#105;nf&#111;' + '&#64;'; addy = addy + 'acm&#101;' + '&#46;' + 'example'; "
    "document.getElementById('c').innerHTML = ''; document.getElementById('c').innerHTML += '<a href=\"mailto:' + addy + '\">';",
    "$('.mail').attr('href', 'mailto:' + 'info' + '\\u0040' + 'acme.example').text('write')",
    "document.querySelectorAll('.m').forEach(e => { const [u, d] = ['info', 'acme.example']; e.textContent = `${u}@${d}`; })",
    "window.addEventListener('load', function () { document.getElementById('x').innerHTML = 'info' + '@' + 'acme.example' })",
    "(function(){ var n = 'info'; var at = String.fromCharCode(64); var h = 'acme.example'; el.innerHTML = n + at + h; })()",
    "function mail(){ var a='info'; location.href='mailto:'+a+'@'+'acme.example'; }",
    "var a='x7e@',b=a.split('').sort().join('');switchless='';if(true){el.innerHTML='info'+'@'+'acme.example'}",
    "var contact = { email: 'info@acme.example' };",
    f"window.__STATE__ = {json.dumps({'contact': {'mail': ADDRESS}})}",
    'window.__STATE__ = {"mail":"info\\u0040acme.example"}',
    PACKED,
    'var t={"html":"<b data-cfemail=\\"' + encode_cfemail(ADDRESS, 7) + '\\">[email&#160;protected]<\\/b>"}',
    'self.__next_f.push([1,"{\\"mail\\":\\"info\\\\u0040acme.example\\"}"])',
    'var a = "info\\100acme.example"',
    '{"email":{"local":"info","domain":"acme.example"}}',
    "var s='';a:for(var i=0;i<3;i++){for(;;){s+=['info','@','acme.example'][i];continue a}}document.write(s)"
    ";document.write('info'+'@'+'acme.example')",
]
NOT_FOUND = [
    "import x from 'lib@1.2.3'; var s = 'logo@2x.png'",
    "var s = 'info@acme' + unknown + '.example'",
    "document.write(user + '@' + host)",
    "var re = /^[a-z]+@[a-z]+\\.[a-z]+$/",
    "@media screen { a { b: c } }",
    "gtag('config', 'UA-1')",
    '{"email":{"user":"info","domain":"localhost"}}',
    '{"mail":{"name":"info"}}',
    'var t = "data-cfemail=\\"zz\\""',
    "document.write('@')",
    "document.write('" + "a' + '" * 50 + "')",
]


@pytest.mark.parametrize("script", FOUND)
def test_found(script: str) -> None:
    assert addresses(f"<p>x</p><script>{script}</script>") == {ADDRESS}


@pytest.mark.parametrize("script", NOT_FOUND)
def test_not_found(script: str) -> None:
    assert addresses(f"<script>{script}</script>") == set()


def test_pieces_that_go_on_are_no_address() -> None:
    assert addresses("<script>var a = 'info@'; a = a + 'shop.co'; a += '.uk'; document.write(a)</script>") == {
        "info@shop.co.uk"
    }
    assert addresses("<script>document.write('info@shop.co' + '.uk')</script>") == {"info@shop.co.uk"}


def test_written_addresses_are_visible_and_literal_ones_are_not() -> None:
    written = mentions("<footer><script>document.write('info'+'@'+'acme.example')</script></footer>")
    assert [(m.method, m.zone, m.visible) for m in written] == [(Method.SCRIPT, Zone.FOOTER, True)] or written[
        0
    ].visible
    literal = mentions("<script>var x = 'info@acme.example'</script>")
    assert (literal[0].zone, literal[0].visible) == (Zone.SCRIPT, False)


@given(ADDRESSES)
def test_typo3_with_and_without_its_script(address: str) -> None:
    code = encode_typo3(f"mailto:{address}", 2)
    link = f"<a href=\"javascript:linkTo_UnCryptMailto('{code}');\">write</a>"
    assert addresses(link) == {address}
    assert addresses(f"<script>{UNCRYPT}</script>{link}") == {address}


IN_PLACE = [
    ("<p>info<script>document.write('@')</script>acme.example</p>", {ADDRESS}),
    ("<p>info<script>document.write('&#64;')</script>acme.example</p>", {ADDRESS}),
    ("<p>info<script>document.write(String.fromCharCode(64));</script>acme.example</p>", {ADDRESS}),
    ("<p>info <script>document.write('@')</script> acme.example</p>", set()),
    ("<p>info<script>document.write('@')</script></p>", set()),
    ("<script>document.write('@')</script><p>acme.example</p>", set()),
]


@pytest.mark.parametrize(("html", "expected"), IN_PLACE)
def test_a_sign_written_in_the_middle_of_a_word(html: str, expected: set[str]) -> None:
    assert addresses(html) == expected


HANDLERS = [
    "<a href='#' onclick=\"location.href='mai'+'lto:'+'info'+'@'+'acme.example'\">x</a>",
    "<a href='x' onmouseover=\"this.href='mailto:info'+'@'+'acme.example'\">x</a>",
    "<a href=\"javascript:sendMail('info','acme.example')\">x</a>",
    "<a href=\"javascript:mailto('info','acme','example')\">x</a>",
    "<script>function go(a,b){location.href='mailto:'+a+'@'+b}</script><a href='#' onclick=\"go('info','acme.example')\">x</a>",
]


@pytest.mark.parametrize("html", HANDLERS)
def test_handlers(html: str) -> None:
    assert addresses(html) == {ADDRESS}


@given(st.text(alphabet="abc'\"+=(){}[];,.@/\\*`$<>!?:&|0159 \n", max_size=120))
def test_no_script_raises(script: str) -> None:
    interpreter = Interpreter()
    interpreter.run(script)
    interpreter.run_callbacks()
    interpreter.final_values()


STUBBORN = [
    "while(true){}",
    "for(;;){document.write('x')}",
    "function f(){f()} f()",
    "var a='x';while(1){a+=a}",
    "var a=[];while(1){a.push(a)}",
    "(" * 5000,
    "a" + "+a" * 20000,
    "a" + "-1" * 5000,
    "'" + "a" * 50000,
    "/*" * 10000,
    "x=" * 3000,
    "!" * 5000 + "a",
    "`${" * 2000,
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replace(/(a+)+$/, '')",
    "eval('eval(\"eval(1)\")');" * 300,
    "'x'.repeat(1e9); new Array(1e9); 'x'.padStart(1e9); 9**9**9; 1e308*1e308",
    "var o={};o.o=o;document.write(o)",
]


@pytest.mark.parametrize("script", STUBBORN)
def test_endless_scripts_end(script: str) -> None:
    begin = time.process_time()
    interpreter = Interpreter()
    interpreter.run(script)
    interpreter.run_callbacks()
    interpreter.final_values()
    assert time.process_time() - begin < 20, "endless, not slow"
