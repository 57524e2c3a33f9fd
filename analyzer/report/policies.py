"""The addresses of policies and guidelines that issues name by Wikipedia's shortcuts, such as WP:NPOV."""

import re

_SHORTCUT = re.compile(r"(?:WP|MOS):[A-Z]+")
_WIKI = "https://en.wikipedia.org/wiki/"


def address(policy: str) -> str | None:
    """Return the address of the first shortcut in a policy, None where it names none."""
    code = _SHORTCUT.search(policy)
    return f"{_WIKI}{code[0]}" if code else None


def linked(policy: str) -> str:
    """Return a policy as Markdown, each shortcut linked to its page."""
    return _SHORTCUT.sub(lambda code: f"[{code[0]}]({_WIKI}{code[0]})", policy)
