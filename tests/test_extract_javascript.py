"""What of JavaScript is understood: statements, objects, functions and methods with which scripts make an address."""

# ruff: noqa: ISC004 - scripts as they stand on pages
from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extract.javascript import Interpreter
from tests.reading import addresses
from tests.test_extract_decoders import ADDRESSES

ADDRESS = "info@acme.example"
CODES = ",".join(str(ord(c)) for c in ADDRESS)
HEX = ADDRESS.encode().hex()
ROT13 = "function(c){return String.fromCharCode((c<='Z'?90:122)>=(c=c.charCodeAt(0)+13)?c:c-26)}"

UNDERSTOOD = [
    "switch('m'){case 'm':document.write('info'+'@'+'acme.example');break;default:document.write('x')}",
    "class M{constructor(u,d){this.u=u;this.d=d} get(){return this.u+'@'+this.d}}"
    " document.write(new M('info','acme.example').get())",
    "class M{at='@';static make(){return new M()} all(){return 'info'+this.at+'acme.example'}}"
    " document.write(M.make().all())",
    "function M(u){this.u=u} M.prototype.all=function(){return this.u+'@'+'acme.example'};"
    " document.write(new M('info').all())",
    "var m={u:'info',d:'acme.example',w:function(){document.write(this.u+'@'+this.d)}};m.w();",
    f"String.prototype.rot=function(){{return this.replace(/[a-zA-Z]/g,{ROT13})}};"
    "document.write('vasb@npzr.rknzcyr'.rot())",
    "new Function('document.write(\\'info\\'+\\'@\\'+\\'acme.example\\')')()",
    "Function('a','document.write(a+\"@\"+\"acme.example\")')('info')",
    f"document.write(decodeURIComponent('{HEX}'.replace(/(..)/g,'%$1')))",
    f"document.write('{HEX}'.match(/.{{2}}/g).map(h=>String.fromCharCode(parseInt(h,16))).join(''))",
    f"document.write(Array.from([{CODES}],c=>String.fromCharCode(c)).join(''))",
    f"el.textContent=new TextDecoder('utf-8').decode(new Uint8Array([{CODES}]))",
    "document.write('elpmaxe.emca@ofni'.split('').reduceRight((a,c)=>a+c,''))",
    "document.write(Array.prototype.map.call('vasb@npzr.rknzcyr',c=>c).join('')"
    ".replace(/[a-z]/g,c=>String.fromCharCode((c.charCodeAt(0)-97+13)%26+97)))",
    "const {u,d='acme.example'}={u:'info'};document.write(`${u}@${d}`)",
    "const f=({u,d})=>u+'@'+d;document.write(f({u:'info',d:'acme.example'}))",
    "function f(d='acme.example'){return 'info'+'@'+d}document.write(f())",
    "function f(...a){return a.join('@')}document.write(f('info','acme.example'))",
    "document.write(Object.entries({a:'info',b:'@',c:'acme.example'}).map(([k,v])=>v).join(''))",
    "const u='info';document.write(`${(()=>{return u})()}@${'acme'}.${`ex${'ample'}`}`)",
    "document.write('iXnXfXo@XacXme.eXxample'.replaceAll('X',''))",
    "var s='zzinfo@acme.examplezz';document.write(s.substring(2,s.length-2))",
    "const a=['info','acme.example'];document.write(a.at(0)+'@'+a.at(-1))",
    "document.write([['info'],['@'],['acme.example']].flat().join(''))",
    "var a=[[1,'@'],[0,'info'],[2,'acme.example']];a.sort(function(x,y){return x[0]-y[0]});"
    "document.write(a.map(function(x){return x[1]}).join(''))",
    f"el.href='mailto:'+Buffer.from('{HEX}','hex').toString()",
]
CALLS = [
    "<a href=\"javascript:noSpam('info','acme.example')\">x</a>",
    "<a href=\"javascript:sendEmail('acme.example','info')\">x</a>",
    '<script>writeMail("info","acme","example","Mail us")</script>',
    "<script>obfuscate_email('info','acme.example');</script>",
    "<script>writeEmail('vasb@npzr.rknzcyr')</script>",
    f"<a href=\"javascript:mailDecode('{base64.b64encode(ADDRESS.encode()).decode()}')\">x</a>",
    f"<a onclick=\"go('{base64.b64encode(b'mailto:' + ADDRESS.encode()).decode()}')\">x</a>",
    f"<a onclick=\"location.href=atob('{base64.b64encode(b'mailto:' + ADDRESS.encode()).decode()}')\">x</a>",
    "<a href=\"javascript:eval(unescape('location.href=%27mailto:info%40acme.example%27'))\">x</a>",
]
NO_CALLS = [
    "<script>gtag('event','mail','click.me')</script>",
    "<script>trackEmail('footer','sign.up')</script>",
    "<a onclick=\"openMail('modal','top')\">x</a>",
    "<script>mailchimp('form','list-manage')</script>",
    "<script>switch(x){case 'a':document.write(y+'@'+z)}</script>",
    "<script>class A{constructor(){this.at='@'}} new A()</script>",
    "<script>document.write(`${user}@${host}`)</script>",
    "<script>sendMail('info', host)</script>",
    "<script>isSpam('acme.example','info.example')</script>",
]


@pytest.mark.parametrize("script", UNDERSTOOD)
def test_understood(script: str) -> None:
    assert addresses(f"<p>x</p><script>{script}</script>") == {ADDRESS}


@pytest.mark.parametrize("html", CALLS)
def test_calls_of_functions_that_are_not_on_the_page(html: str) -> None:
    assert addresses(html) == {ADDRESS}


@pytest.mark.parametrize("html", NO_CALLS)
def test_calls_without_an_address(html: str) -> None:
    assert addresses(html) == set()


@given(ADDRESSES, st.integers(1, 255), st.text(alphabet="abcdef", min_size=1, max_size=6))
def test_an_address_xored_with_a_key(address: str, code: int, key: str) -> None:
    codes = json.dumps([ord(c) ^ code ^ ord(key[i % len(key)]) for i, c in enumerate(address)])
    script = (
        f"var c={codes},k='{key}',o='';for(var i=0;i<c.length;i++)"
        f"o+=String.fromCharCode(c[i]^{code}^k.charCodeAt(i%k.length));el.innerHTML=o;"
    )
    assert addresses(f"<script>{script}</script>") == {address}


ODD = st.lists(
    st.sampled_from(
        [
            "class",
            "switch",
            "case",
            "default",
            "static",
            "get",
            "this",
            "new",
            "Function",
            "prototype",
            "constructor",
            "extends",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "`",
            "${",
            "}",
            ",",
            ";",
            "=",
            "=>",
            "...",
            "'a'",
            "1",
            "x",
            "y",
            ".",
            "call",
            "apply",
            "map",
            "sort",
            "entries",
            ":",
            "?",
        ]
    ),
    max_size=40,
)


@given(ODD)
def test_no_order_of_words_raises(words: list[str]) -> None:
    interpreter = Interpreter(max_steps=2000)
    interpreter.run(" ".join(words))
    interpreter.run_callbacks()
    interpreter.final_values()
