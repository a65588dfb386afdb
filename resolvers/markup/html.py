"""Sanitizing of untrusted HTML, in a form that Markdown passes through unchanged.

Elements of course texts stay: tables, images, sound, video, frames in a sandbox. Scripts, style sheets, event
handlers, forms and embedded objects are removed; an embedded object leaves a link.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import nh3

# Returns the new target of a link, or None to remove the link.
Rewrite = Callable[[str], str | None]


def _words(text: str) -> set[str]:
    return set(text.split())


TAGS = _words(
    """a abbr address article aside audio b bdi bdo blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main
    mark nav ol p picture pre q rp rt ruby s samp section small source span strong sub summary sup table tbody
    td tfoot th thead time tr track tt u ul var video wbr"""
)
# Elements whose text is not for readers.
CONTENT_GOES = {"script", "style", "svg", "template", "noscript", "title"}
# Wrappers of a whole page, removed without loss.
SILENT = {"html", "head", "body", "object", "embed", "param"}
ATTRIBUTES = {
    "*": {"dir", "id", "lang", "style", "title"},
    "a": {"href", "hreflang", "target"},
    "audio": {"src"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "iframe": {"src", "width", "height"},
    "img": {"src", "alt", "width", "height"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "pre": {"class"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "source": {"src", "type"},
    "table": {"border"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label"},
    "video": {"src", "poster", "width", "height"},
}
# None of these can load a file or move an element over others.
STYLES = _words(
    """background-color border border-bottom border-collapse border-color border-left border-radius
    border-right border-spacing border-style border-top border-width clear color float font-family font-size
    font-style font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left
    margin-right margin-top max-height max-width min-height min-width padding padding-bottom padding-left
    padding-right padding-top text-align text-decoration text-indent text-transform vertical-align
    white-space width word-spacing"""
)
SCHEMES = {"http", "https", "mailto", "tel", "data"}
SAFE_LINK = re.compile(r"https?://|[^:]+$", re.IGNORECASE)
DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,", re.IGNORECASE)
# Keeps anchors from using names that scripts of the page rely on.
ID_PREFIX = "text-"

# Hosts whose players need their own origin; this server serves nothing there.
PLAYERS = {"www.youtube.com", "www.youtube-nocookie.com", "player.vimeo.com"}
SANDBOX = "allow-scripts allow-popups allow-forms allow-presentation"
# What is not closed ends with the text, so that no text is searched to its end again and again.
FRAME = re.compile(r'<iframe((?:\s[\w-]++="[^"]*+")*+)>.*?(?:</iframe>|\Z)', re.DOTALL)
FRAME_HOST = re.compile(r"https://([a-z0-9.-]+)(?::443)?(?:[/?#]|$)", re.IGNORECASE)
ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]++)\s*+=\s*+(?:"([^"]*+)"|\'([^\']*+)\')')
# Bounded, so that no text makes these two slow.
EMBEDDED = re.compile(r"<(?:object|embed)\b([^<>]{0,2000})>", re.IGNORECASE)
OPENING = re.compile(r"<([a-zA-Z][\w:-]*)([^<>]{0,2000})")
NESTING = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
# Elements that have no content, or close one another.
UNNESTED = _words("br col dd dt hr img input li link meta p source td th tr track wbr")
# The parser takes quadratic time for deep nesting, and no text needs it.
MAX_NESTING = 512
HANDLER = re.compile(r"\s(on[a-z]+)\s*=", re.IGNORECASE)
PREFORMATTED = re.compile(r"(<pre\b.*?(?:</pre>|\Z))", re.DOTALL)
BLOCK = re.compile(
    r"<(?:address|article|aside|blockquote|center|details|div|dl|figure|footer|h[1-6]|header|hr|main|nav|ol|p"
    r"|section|table|ul)[\s/>]"
)
MEDIA = re.compile(r"<(?:img|audio|video|iframe|table|hr)\b")
TAG = re.compile(r"(<[^>]*+(?:>|\Z))")
ANY_TAG = re.compile(r"<[^<>]*+>?")
MARKDOWN = re.compile(r"[\\`*_\[\]~|]")
MARKDOWN_START = re.compile(r"^(\s*)([-+#>=]|\d+(?=[.)]))")


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """Safe `text`, and the `removed` elements and handlers by name, with their counts."""

    text: str
    removed: Mapping[str, int]


def clean_html(source: str, rewrite: Rewrite = lambda url: url) -> CleanHtml:
    """Return safe text as one block of HTML without blank lines, which Markdown passes through.

    Every link (also of images, sound and video) goes through `rewrite`, which must not raise.
    """
    return CleanHtml(_as_block(sanitized(source, rewrite)), _removed(source))


def clean_phrase(source: str, rewrite: Rewrite = lambda url: url) -> CleanHtml:
    """Return a short text, such as an option of a question, as one line; as a block if it has blocks.

    Markdown's special characters are written as character references.
    """
    text, removed = sanitized(source, rewrite), _removed(source)
    text = re.sub(r"\s+", " ", text).strip()
    single = re.fullmatch(r"<p>((?:(?!</?p\b).)*)</p>", text)
    text = single[1].strip() if single else text
    if BLOCK.search(text) or "<pre" in text:
        return CleanHtml(_as_block(text), removed)
    pieces = TAG.split(text)
    pieces[::2] = [MARKDOWN.sub(_reference, piece) for piece in pieces[::2]]
    pieces[0] = MARKDOWN_START.sub(lambda match: match[1] + _start(match[2]), pieces[0])
    return CleanHtml("".join(pieces), removed)


def plain_text(source: str) -> str:
    """Return the words of an HTML text, with single spaces instead of all white space."""
    if _is_nested_too_deep(source):
        source = ANY_TAG.sub(" ", source)
    spaced = re.sub(r"<(?=/?(?:p|div|li|h[1-6]|br|tr|td|th|dd|dt)\b)", " <", source)
    return " ".join(entities.unescape(nh3.clean(spaced, tags=set(), clean_content_tags=CONTENT_GOES)).split())


def is_blank(source: str) -> bool:
    """Check whether a text shows nothing: no word, no picture, no sound."""
    return not MEDIA.search(source) and not plain_text(source)


def sanitized(source: str, rewrite: Rewrite = lambda url: url) -> str:
    """Return HTML that is safe in any page; of a text that is nested too deeply only the words, escaped."""
    if _is_nested_too_deep(source):
        return entities.escape(ANY_TAG.sub(" ", source))

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute in ("href", "src", "poster"):
            return _link(tag, value.strip(), rewrite)
        if attribute == "target":
            return "_blank" if value == "_blank" else None
        if attribute == "class":
            return " ".join(word for word in value.split() if word.startswith("language-")) or None
        return value

    text = nh3.clean(
        EMBEDDED.sub(_embedded_link, source),
        tags=TAGS,
        clean_content_tags=CONTENT_GOES,
        attributes=ATTRIBUTES,
        attribute_filter=filtered,
        generic_attribute_prefixes={"aria-"},
        set_tag_attribute_values={"audio": {"controls": ""}, "video": {"controls": ""}},
        url_schemes=SCHEMES,
        filter_style_properties=STYLES,
        id_prefix=ID_PREFIX,
    )
    return FRAME.sub(_frame, text)


def _is_nested_too_deep(source: str) -> bool:
    opened: Counter[str] = Counter()
    depth = 0
    for closing, tag in NESTING.findall(source):
        name = tag.lower()
        if closing and opened[name]:
            opened[name] -= 1
            depth -= 1
        elif not closing and name not in UNNESTED:
            opened[name] += 1
            depth += 1
        if depth > MAX_NESTING:
            return True
    return False


def _link(tag: str, url: str, rewrite: Rewrite) -> str | None:
    if url.startswith("#"):
        return f"#{ID_PREFIX}{url[1:]}" if len(url) > 1 else url
    if url[:5].lower() == "data:":
        return url if tag == "img" and DATA_IMAGE.match(url) else None
    return rewrite(f"https:{url}" if url.startswith("//") else url)


def _embedded_link(match: re.Match[str]) -> str:
    given = {name.lower(): double or single for name, double, single in ATTRIBUTE.findall(match[1])}
    target = (given.get("data") or given.get("src") or "").strip()
    if not SAFE_LINK.match(target):
        return ""
    return f'<a href="{target}">{given.get("title") or target}</a>'


def _frame(match: re.Match[str]) -> str:
    # The input is the sanitizer's output: its quotes are closed and its values escaped.
    given = {name: value for name, value, _ in ATTRIBUTE.findall(match[1])}
    source = given.get("src", "")
    host = FRAME_HOST.match(entities.unescape(source))
    if not host:
        label = given.get("title") or source
        return f'<a href="{source}" rel="noopener noreferrer">{label}</a>' if source else ""
    sandbox = f"{SANDBOX} allow-same-origin" if host[1].lower() in PLAYERS else SANDBOX
    kept = "".join(
        f' {name}="{given[name]}"' for name in ("src", "title", "width", "height") if name in given
    )
    return f'<iframe{kept} sandbox="{sandbox}" loading="lazy" allowfullscreen=""></iframe>'


def _removed(source: str) -> Mapping[str, int]:
    if _is_nested_too_deep(source):
        return {"nesting": 1}
    counts: Counter[str] = Counter()
    for name, inside in OPENING.findall(source):
        if name.lower() not in TAGS and name.lower() not in SILENT:
            counts[name.lower()] += 1
        counts.update(handler.lower() for handler in HANDLER.findall(inside))
    return dict(counts)


def _as_block(text: str) -> str:
    pieces = PREFORMATTED.split(text.strip())
    pieces[::2] = [_without_blank_lines(piece) for piece in pieces[::2]]
    pieces[1::2] = [piece.replace("\n", "&#10;") for piece in pieces[1::2]]
    block = "".join(pieces)
    return block if not block or BLOCK.match(block) else f"<div>{block}</div>"


def _without_blank_lines(text: str) -> str:
    """Return the text with single line breaks, without white space around them."""
    first, *others = text.split("\n")
    if not others:
        return text
    *between, last = others
    kept = (line.strip() for line in between)
    return "\n".join([first.rstrip(), *filter(None, kept), last.lstrip()])


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _start(mark: str) -> str:
    return f"&#{ord(mark[0])};{mark[1:]}"
