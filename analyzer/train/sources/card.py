"""What the card of the source types says beside figures: known failures, and what was tried."""

from __future__ import annotations

FAILURES = """\
* A person whom the text introduces without a word on who they are ("Ada Quill disliked it") is typed by the company
  they keep: among reviewers a reviewer, among scholars a scholar.
* "The director" of a film and "the director" of an agency differ by the subject alone; where the first lines do not say
  what the subject is, the two are confused.
* "they" for two persons named in one breath resolves to one of them.
"""

TRIED = """\
* The 2,120 sentences of our own that are rich in sources nobody names (writers e to g) beside the others: held-out
  macro-F1 on the gold sources .723 for .718, but end to end on dev .654 for .663 (person .38 for .43). Over weights
  from .2 to .6, balances from .4 to .8 and C from .6 to 1.1 dev lay between .641 and .664. They are left out
  (`own_writers`).
* A bias toward `unnamed`: at .6 on the log scale unnamed recall on dev .779 for .766, macro-F1 .654 for .655; held
  out the F1 of `unnamed` falls from .635 to .611.
* The 2,600 sources of real passages that readers labelled (`own-labels/passages.jsonl`, which trains the attribution
  model): at weight .3 held-out accuracy on the gold sources .749 for .741, macro-F1 .724 for .720, F1 of `unnamed` .806
  for .793; but end to end on dev macro-F1 .640 for .663 (weights of .15 and 1, no balance, C 1.1: .636 to .648). Left
  out.
"""

SECTIONS = {"Known failures": FAILURES, "Also tried": TRIED}
