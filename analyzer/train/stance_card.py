"""What the cards of the stance models say beside their figures: comparisons made once, failures by example."""

from __future__ import annotations

FAST = {
    "Comparison": """\
Macro-F1 on gold dev, four stances, and on NewsMTSC dev_mt, three; one seed each, about .02 either way.

| features | gold dev | NewsMTSC dev |
|---|---|---|
| words and word pairs | .49 | - |
| + lemmas | .52 | - |
| + lemmas in the scope of a negation or after a contrast | .53 | - |
| + training on NewsMTSC as well | .52 | .55 |
| + what the subject is subject or object of, and the words beside it | .53 | .56 |
| + words of praise and blame (a lexicon, with negation), ranks and scores | .57 | .62 |

Tried and left out: characters (.48), three words and gaps (.48), all dependency arcs (.50), the parser's own vectors
averaged over the sentence (.52), the stance of neighbouring sentences (better on the training passages, not on dev),
and the dependency path between subject and praise (.56).

It takes about 90 microseconds of one core for a sentence, 2 to 5 % of what the spaCy pipeline takes, and 0.8 MB.""",
    "When to abstain": """\
`confidence` is the probability of the label, calibrated for articles in which about three sentences in ten
blame and as many praise. On gold dev 40 % of the labels under .5 are right, 71 % of those above, and 81 % of
those above .7. Leave the label out where it is under .5.
`probabilities` has all four.""",
    "Known failures": """\
- **Whom it is about.** "The Harrow Institute accused Delmont Foods of selling spoiled milk" is
  `critique` under either name as the article's title; so are most sentences that blame a third party.
- **Comparison.** "Faster and far more reliable than the Merlin X" praises, also in the article on the Merlin X.
- **Evil undone.** "Torture has been eliminated in places of detention" is `critique`: torture weighs more than its end.
- **Mixed** is found in two cases of five; "but" between two facts of one kind is at times taken for it.""",
}

ACCURATE = {
    "Comparison": """\
Macro-F1 on gold dev (four stances; crosswise calibrated) and NewsMTSC dev_mt (three), and the share of right answers
on our own pairs of one sentence under two titles (`tests/examples/stance.toml`; both of a pair right in brackets).

| engine | gold dev | critique / endorsement | NewsMTSC dev | pairs | time a sentence | size |
|---|---|---|---|---|---|---|
| fast | .571 | .63 / .65 | .61 | .45 (.02) | 0.09 ms | 0.8 MB |
| encoder alone (int8) | .58 | .67 / .72 | .71 | - | 7 ms | 23 MB |
| accurate: encoder joined with fast | .61 | .65 / .76 | .72 | .57 (.25) | 7 ms | 24 MB |

A teacher of eight times the size reaches .74 on gold dev; learning from its labels is not done yet. Tuning the upper
three layers alone gave .61 joined, all layers .61, their mean .61 with the best pairs and endorsement.""",
    "When to abstain": """\
`confidence` is the probability of the label; see Calibration for what it is worth. Leave the label out where it is
under .5. `probabilities` has all four.""",
    "Known failures": """\
- A third party that is praised or blamed in an article on somebody else is still at times taken
  for the subject.
- Irony, understatement and figures without a word of judgement ("convictions came to three").
- Sentences of more than 112 pieces of words are cut.
- The words given as reasons are the fast model's for the same label: they show what speaks for it, not what the
  network saw.""",
}
