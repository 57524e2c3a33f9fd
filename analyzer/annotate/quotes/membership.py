"""Which quotation each word stands in: a Doc's words with the ``quotations`` layer laid over them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import Tokens, tokens_of

QUOTE_MARKS = frozenset('"“”„‟«»‹›‘`') | {"``", "''", '""'}


class QuotedTokens(Tokens):
    """The words of a Doc, and where each is quoted.

    ``quoted`` is the number of the quotation a token lies in, or -1; ``titled`` tells whether it lies in a title or in
    scare quotes, ``scare`` whether in the latter.
    """

    def __init__(self, tokens: Tokens, rows: list[store.Row]) -> None:
        vars(self).update(vars(tokens))  # what has been read of the Doc is shared
        size = len(tokens)
        self.quoted, self.titled, self.scare = [-1] * size, [False] * size, [False] * size
        number = 0
        for row in sorted(rows, key=lambda row: (row["start"], -row["end"])):
            kind = row.get("kind", "quotation")
            for i in range(bisect_right(self.end, row["start"]), bisect_left(self.start, row["end"])):
                if kind == "quotation":
                    self.quoted[i] = number
                else:
                    self.titled[i] = True
                    self.scare[i] = self.scare[i] or kind == "scare"
            number += kind == "quotation"


def quoted_tokens(doc: Doc) -> QuotedTokens:
    """Return the words of a Doc with its quotations laid over them."""
    return QuotedTokens(tokens_of(doc), store.get(doc, "quotations"))
