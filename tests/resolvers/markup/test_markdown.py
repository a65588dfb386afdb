"""Markdown as HTML: nothing of an author's runs in a reader's page, and time grows with the text alone."""

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.markup.markdown import rendered
from tests.resolvers.markup.test_html import ATTACKS

LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](<java\tscript:alert(1)>)",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](&#106avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](livescript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    '[x](//evil.example "onmouseover=alert(1)")',
    "[x](https://a.example 'x\" onmouseover=\"alert(1)')",
    '[x](https://a.example" onmouseover="alert(1))',
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]\n\n[y]: <javascript:alert(1)> 'a'",
    "[x][y]\n\n[y]: https://a.example 'x\"onload=\"alert(1)'",
    "<javascript:alert(1)>",
    "<javascript&colon;alert(1)>",
    "<vbscript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x)',
    '![x](x "a\\" onerror=alert(1) b")',
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "![`<img src=x onerror=alert(1)>`](javascript:alert(1))",
    "[![x](javascript:alert(1))](javascript:alert(2))",
]
RAW = [
    "<img src=x onerror=alert(1)>",
    "a <img/src=x/onerror=alert(1)> b",
    "<img src='x'onerror='alert(1)'>",
    "<img src=x\nonerror=alert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<math><a xlink:href=javascript:alert(1)>x</math>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select onfocus=alert(1) autofocus>",
    "<marquee onstart=alert(1)>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<iframe src="https://a.example" onload=alert(1)></iframe>',
    "<a href=javascript:alert(1)>x</a>",
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    "<a href='x' style='behavior:url(x.htc)'>x</a>",
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<div style="x:\\65xpression(alert(1))">x</div>',
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>script>alert(1)<</script>/script>",
    "<script>alert(1)\n\n# x\n\n</script>",
    "<script\n\n>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><img src=x onerror=alert(1)></template>",
    '<style><img src="</style><img src=x onerror=alert(1)>"></style>',
    '<title><img src="</title><img src=x onerror=alert(1)>"></title>',
    '<textarea><img src="</textarea><img src=x onerror=alert(1)>"></textarea>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?x <img src=x onerror=alert(1)> ?>",
    '<!DOCTYPE x [<!ENTITY y "<img src=x onerror=alert(1)>">]>&y;',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "```\n<script>alert(1)</script>\n```",
    '``` "onmouseover="alert(1)\nx\n```',
    '~~~ x" onmouseover="alert(1)\nx\n~~~',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "*<img src=x onerror=alert(1)>*",
    "# <img src=x onerror=alert(1)>",
    "a | <img src=x onerror=alert(1)>\n--|--\nx | y",
    "<a\x00href=javascript:alert(1)>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=javascript:alert(1)//>",
    "<link rel=import href=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<p id=x tabindex=1 onfocus=alert(1) autofocus>x</p>",
]
PAYLOADS = [*LINKS, *RAW, *ATTACKS]
INERT = {"script", "style", "svg", "math", "object", "embed", "form", "input", "button", "select", "textarea"}
INERT |= {"base", "link", "meta", "body", "template", "noscript", "title", "marquee", "applet", "frame"}
TARGETS = {
    "href",
    "src",
    "poster",
    "cite",
    "action",
    "formaction",
    "data",
    "background",
    "xlink:href",
    "srcset",
}


class Danger(HTMLParser):
    """Reads HTML as a browser does, as far as it matters here, and notes what would run."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in INERT:
            self.found.append(tag)
        for name, value in attrs:
            url = "".join(each for each in value or "" if each > " ").lower()
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", url)
            is_web = scheme is None or scheme[1] in ("http", "https", "mailto", "tel")
            is_image = tag == "img" and url.startswith("data:image/png;base64,")
            if name in TARGETS and not is_web and not is_image:
                self.found.append(f"{name}={value}")
            if name.startswith("on") or name == "srcdoc" or (name == "style" and "url(" in url):
                self.found.append(f"{name}={value}")


def test_the_parser_of_these_tests_finds_what_runs() -> None:
    assert Danger("<img src=x onerror=alert(1)>").found == ["onerror=alert(1)"]
    assert Danger("<a href=' java\nscript:x'>").found == ["href= java\nscript:x"]
    assert Danger("<svg><script>x</script></svg>").found == ["svg", "script"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs(payload: str) -> None:
    assert len(PAYLOADS) >= 75
    for text in (
        payload,
        f"a {payload} b",
        f"* {payload}",
        f"[{payload}](x)",
        f"<div>\n\n{payload}\n\n</div>",
    ):
        assert Danger(rendered(text)).found == []


@given(
    st.lists(
        st.one_of(st.sampled_from(PAYLOADS), st.sampled_from(list("<>\"'=/!- &`*[]()\n")), st.text()),
        max_size=6,
    )
)
def test_no_mixture_runs(parts: list[str]) -> None:
    assert Danger(rendered("".join(parts))).found == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** <u>b</u>", "<p><strong>a</strong> <u>b</u></p>\n"),
        ("[a](/assets/x)", '<p><a href="/assets/x" rel="noopener noreferrer">a</a></p>\n'),
        ("x < y & z", "<p>x &lt; y &amp; z</p>\n"),
        ("<p>one</p>", "<p>one</p>\n"),
        ("", ""),
    ],
)
def test_harmless_texts_stay(text: str, html: str) -> None:
    assert rendered(text) == html


PUMPED = [
    '[', '![', '[a](', '*a ', '**a', 'a**', '*_*_', '`a``', '> ', '- ', '<', '<a ', '<div>\n',
    "<b x='", '&', '[[]](', '[a]: b\n', '[a][b]\n', '<!--', '<![CDATA[', '\\', '[](', '   > ',
    '1. ', 'a\n=\n', '|a|\n|-|\n', "<iframe src='https://a.example'>", '<embed src=x', "<p style='",
]  # fmt: skip


@pytest.mark.parametrize("piece", PUMPED)
def test_time_grows_with_the_text(piece: str) -> None:
    def taken(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        times = []
        for _ in range(2):
            start = time.process_time()
            rendered(text)
            times.append(time.process_time() - start)
        return min(times)

    taken(1_000)
    # Quadratic time would be 16 times as much; small times are all noise.
    assert taken(40_000) <= 8 * taken(10_000) + 0.03


def test_every_renderer_of_markdown_is_this_one() -> None:
    root = Path(__file__).parents[3]
    rooms = ("graph", "resolvers", "rest", "serving", "runtime", "ingest", "models")
    users = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        if "cmarkgfm" in path.read_text()
    }
    assert users == {"resolvers/markup/markdown.py"}
