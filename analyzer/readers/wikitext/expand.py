"""Wikitext to flat text in one pass: templates, links, extension tags and comments resolved, innermost first.

The input is read left to right with one regular expression and a stack of open ``{{``, ``{{{`` and ``[[``, by the
matching rules of MediaWiki's preprocessor (mw:Preprocessor ABNF). An opener that never finds its partner is plain text,
as on the wiki. Every character is looked at a bounded number of times: what closes more than :data:`MAX_HEIGHT` levels
is left out (MediaWiki's own limit is 100 as well), and a closing tag that is missing is searched for only once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from analyzer.limits import MAX_HEIGHT, MAX_OPEN
from analyzer.readers.markup.placeholders import EQUALS, Footnotes, Placeholders

_TAGS = (
    "ref|references|nowiki|pre|math|chem|ce|gallery|syntaxhighlight|source|score|timeline|imagemap|graph|mapframe|"
    "maplink|hiero|templatestyles|templatedata|includeonly|inputbox|categorytree|indicator|poem|section|charinsert"
)
# Links and templates that hold no other markup are matched whole (groups 1 to 3): they are most of a page.
_TOKEN = re.compile(
    r"\[\[([^\[\]{}|<\n]+)(?:\|([^\[\]{}|<]*))?\]\](?!\])|\{\{(?!\{)([^{}\[\]<]+)\}\}(?!\})"
    rf"|\{{\{{+|\}}\}}+|\[\[|\]\]|\||<!--|<(?:{_TAGS})(?=[\s/>])",
    re.IGNORECASE,
)
_OPEN_TAG = re.compile(r"<(\w+)((?:\s[^<>]*?)?)(/?)>")
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'/>]+))")
_CLOSERS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _TAGS.split("|")}
# Templates that print the reference list, so that footnotes in them are definitions and no uses.
LISTS_OF_NOTES = frozenset("reflist notelist refs references reference_list notelist-ua notelist-lr efn-list".split())


@dataclass(slots=True)
class Frame:
    """An open ``{{`` (or ``{{{``) or ``[[``; ``parts`` are the texts between its top-level pipes, in pieces."""

    sign: str
    count: int
    parts: list[list[str]] = field(default_factory=lambda: [[]])
    height: int = 0
    listing: bool = False  # inside a template that prints the reference list


TemplateRule = Callable[["Expander", list[str]], str]
TagRule = Callable[["Expander", str, dict[str, str], str], str]


class Expander:
    """Turns the wikitext of one page into flat text; ``placeholders`` and ``footnotes`` hold what it learns by it."""

    def __init__(self, template: TemplateRule, link: TemplateRule, tag: TagRule, *, title: str = "") -> None:
        """Take the three rules that say what a template, a link and an extension tag turn into."""
        self.template, self.link, self.tag = template, link, tag
        self.title = title
        self.placeholders = Placeholders()
        self.footnotes = Footnotes()
        self.listing = 0  # open templates and tags that print the reference list

    def expand(self, text: str) -> str:
        """Return the flat text of a piece of wikitext."""
        return _Pass(self, text).run()


class _Pass:
    """One run over one text; extension tags start runs of their own over their content."""

    def __init__(self, page: Expander, text: str) -> None:
        self.page, self.text = page, text
        self.stack: list[Frame] = []
        self.out: list[str] = []
        self.top = self.out  # where text goes now
        self.unclosed: set[str] = set()  # tag names with no closing tag ahead

    def run(self) -> str:
        """Read the text to its end and return what it turns into."""
        text, search, pos = self.text, _TOKEN.search, 0
        while (m := search(text, pos)) is not None:
            start, token = m.start(), m.group()
            if start > pos:
                self.top.append(text[pos:start])
            pos = m.end()
            first = token[0]
            if m.lastindex:
                self._leaf(m)
            elif first == "|":
                self._pipe()
            elif first == "{":
                self._push("{", len(token))
            elif first == "}":
                self._close_braces(len(token))
            elif first == "[":
                self._push("[", 2)
            elif first == "]":
                self._close_link()
            else:
                pos = self._comment(start) if token == "<!--" else self._tag(start, token)
        self.top.append(text[pos:])
        return self._finish()

    def _leaf(self, m: re.Match[str]) -> None:
        if m[3] is None:
            done = self.page.link(self.page, [m[1]] if m[2] is None else [m[1], m[2]])
        else:
            done = self.page.template(self.page, m[3].split("|"))
        self._put(done, 1)

    def _put(self, done: str, height: int = 0) -> None:
        """Write what a template, link or tag turned into; its equals signs name no argument of the template around."""
        if self.stack:
            self.stack[-1].height = max(self.stack[-1].height, height)
            if "=" in done:
                done = done.replace("=", EQUALS)
        self.top.append(done)

    def _push(self, sign: str, count: int) -> None:
        """Open a template or link; where too many are open already, the sign is plain text."""
        if len(self.stack) >= MAX_OPEN:
            self.page.placeholders.note(f"{{n}} openers beyond {MAX_OPEN} open ones: read as plain text")
            self.top.append(sign * count)
            return
        frame = Frame(sign, count)
        self.stack.append(frame)
        self.top = frame.parts[0]

    def _pipe(self) -> None:
        if not self.stack:
            self.top.append("|")
            return
        frame = self.stack[-1]
        first = "".join(frame.parts[0]) if len(frame.parts) == 1 and frame.sign == "{" else ""
        if first.strip().lower().replace(" ", "_") in LISTS_OF_NOTES:
            frame.listing = True
            self.page.listing += 1
        frame.parts.append([])
        self.top = frame.parts[-1]

    def _pop(self) -> Frame:
        frame = self.stack.pop()
        if frame.listing:
            self.page.listing -= 1
        self.top = self.stack[-1].parts[-1] if self.stack else self.out
        return frame

    def _close_braces(self, count: int) -> None:
        while count >= 2 and self.stack and self.stack[-1].sign == "{":
            frame = self._pop()
            matched = min(count, frame.count, 3)
            parts = ["".join(part) for part in frame.parts]
            if matched == 3:  # an argument: what it is without a value
                done = parts[1] if len(parts) > 1 else ""
            else:
                done = self._rendered(frame, parts, self.page.template)
                done = done.replace("=", EQUALS) if "=" in done and self.stack else done
            count -= matched
            left = frame.count - matched
            if left >= 2:
                self.stack.append(Frame("{", left, [[done]], frame.height + 1))
                self.top = self.stack[-1].parts[0]
                continue
            if self.stack:
                self.stack[-1].height = max(self.stack[-1].height, frame.height + 1)
            self.top.append("{" * left + done)
        if count:
            self.top.append("}" * count)

    def _close_link(self) -> None:
        if not self.stack or self.stack[-1].sign != "[":
            self.top.append("]]")
            return
        frame = self._pop()
        self._put(self._rendered(frame, ["".join(part) for part in frame.parts], self.page.link), frame.height + 1)

    def _rendered(self, frame: Frame, parts: list[str], rule: TemplateRule) -> str:
        if frame.height >= MAX_HEIGHT:
            self.page.placeholders.note(f"{{n}} templates or links nested more than {MAX_HEIGHT} deep were left out")
            return self.page.placeholders.keep("".join(parts))
        return rule(self.page, parts)

    def _comment(self, start: int) -> int:
        """Skip a comment; one that fills whole lines takes its line with it, as MediaWiki does."""
        close = self.text.find("-->", start + 4)
        if close < 0:
            self.page.placeholders.note("{n} comment has no end: the text after it was left out")
            return len(self.text)
        end = close + 3
        before = self.top[-1] if self.top else "\n"
        if before.rstrip(" ").endswith("\n") or not before:
            after = end
            while after < len(self.text) and self.text[after] == " ":
                after += 1
            if after < len(self.text) and self.text[after] == "\n" and start > 0:
                return after + 1
        return end

    def _tag(self, start: int, token: str) -> int:
        """Resolve an extension tag and return where reading goes on."""
        opening = _OPEN_TAG.match(self.text, start)
        if opening is None:
            self.top.append(token)
            return start + len(token)
        name = opening.group(1).lower()
        attributes = attributes_of(opening.group(2))
        if opening.group(3):
            self._put(self.page.tag(self.page, name, attributes, ""))
            return opening.end()
        closing = None if name in self.unclosed else _CLOSERS[name].search(self.text, opening.end())
        if closing is None:
            self.unclosed.add(name)
            if name not in ("references", "section"):
                self.page.placeholders.note(f"{{n}} <{name}> has no closing tag: its content was read as text")
            return opening.end()
        content = self.text[opening.end() : closing.start()]
        self._put(self.page.tag(self.page, name, attributes, content))
        return closing.end()

    def _finish(self) -> str:
        """Return all text; openers without a partner are what they were: plain text."""
        for frame in self.stack:
            if frame.listing:
                self.page.listing -= 1
            what = "{{" if frame.sign == "{" else "[["
            self.page.placeholders.note(f"{{n}} {what} without a partner: read as plain text")
            self.out += [frame.sign * frame.count, "|".join(map("".join, frame.parts))]
        return "".join(self.out)


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag, names in lower case."""
    if "=" not in text:
        return {}
    return {m[1].lower(): (m[2] or m[3] or m[4] or "").strip() for m in _ATTRIBUTE.finditer(text)}
