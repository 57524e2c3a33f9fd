"""What a plain-text article is called: the title given, its first heading, its file's name or its first sentence."""

from __future__ import annotations

import hashlib
import re

from analyzer.readers.plaintext.lines import Line, plain_title, section_kind

_HASH_NAME = re.compile(r"(?:[0-9a-f]{8,}|[0-9]+|\d+_[0-9a-f]{6,}|tmp\w{6,}|stdin|-)$", re.IGNORECASE)
_ARTICLES_SUBJECT = re.compile(
    r"[\s\"“*_]{0,6}(?:The |A |An )?([A-Z0-9][^.,;:()\[\]\n\"]{1,70}?)(?: \([^()\n]{1,120}\))?,?"
    r" (?:is|are|was|were|refers?)\b"
)


def readable_name(name: str) -> str:
    """Return the title that a file name stands for, or an empty string for a hash, a number or a temporary name."""
    bare = re.split(r"[/\\]", name)[-1]
    stem = re.sub(
        r"\.(?:txt|text|md|wiki|wikitext|mediawiki|html?|xml|json|bz2|gz|xz)\b", "", bare, flags=re.IGNORECASE
    )
    stem = re.sub(r"[%_]([0-9A-F]{2})(?=[%_]|$|[a-z ])", _unescape, stem)
    if _HASH_NAME.match(stem) or not any(c.isalpha() for c in stem):
        return ""
    words = re.sub(r"[\s_]+", " ", stem).strip()
    if " " not in words and "-" in words and words == words.lower():
        words = words.replace("-", " ")
    return words[:1].upper() + words[1:]


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code in (0x20, 0x21, 0x26, 0x27, 0x28, 0x29, 0x2C) else match.group()


def identity_of(text: str, name: str | None) -> str:
    """Return the id of an article that was given none: its file's name, else the first digits of its text's hash."""
    if name:
        stem = re.split(r"[/\\]", name)[-1]
        return re.sub(r"\.(?:txt|text|md)$", "", stem, flags=re.IGNORECASE) or stem
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def title_of(
    text: str, given: str | None, lines: list[Line], name: str | None, first_block: int | None
) -> tuple[str, bool]:
    """Return the title: the one given, the heading of the first level, the file name's, or the first sentence's."""
    if given:
        return given, False
    for line in lines:
        if line.kind == "title" and line.title and section_kind(line.title) is None:
            return line.title, False
    if name and (readable := readable_name(name)):
        return _recased(readable, text), False
    if first_block is not None:
        match = _ARTICLES_SUBJECT.match(text, first_block)
        words = plain_title(match.group(1)) if match else ""
        if words and len(words.split()) <= 8 and words not in ("It", "This", "There", "He", "She", "They", "That"):
            return words[:1].upper() + words[1:], True
    return "", False


def _recased(words: str, text: str) -> str:
    """Return a title from a lower-case file name with the capitals that the text gives its words."""
    if words[1:] != words[1:].lower():
        return words
    whole = re.search(r"[\s_-]+".join(map(re.escape, words.split())), text[:200_000], re.IGNORECASE)
    if whole:
        found = plain_title(whole.group())
        return found[:1].upper() + found[1:]
    forms = []
    for word in words.split():
        lower = re.search(rf"\b{re.escape(word.lower())}\b", text[:200_000])
        forms.append(
            word if lower or not re.search(rf"\b{re.escape(word.title())}\b", text[:200_000]) else word.title()
        )
    return " ".join(forms)
