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
and the dependency path between subject and praise (.56). Silver labels (`stance-silver`, 8,410 sentences by a large
teacher, soft, half the weight of gold) gave .56 on gold dev and .60 on NewsMTSC where the same fit without them gave
.57 and .61; 3,302 labelled sentences of our own (`own-labels`, written to be hard for words) gave .54, at a quarter of
the weight .56; 2,120 more, written as articles are, .56 and .61 at a quarter. They serve the accurate engine, which
reads more than words. Pairs of names in news (DSE) as more rows gave .56 and .62; they have a model of their own
(`stance-directed`).

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
| fast | .57 | .63 / .65 | .61 | .45 (.02) | 0.09 ms | 0.8 MB |
| without silver labels: encoder alone | .58 | .67 / .72 | .71 | - | 7 ms | 23 MB |
| without silver labels: joined with fast | .61 | .65 / .76 | .72 | .57 (.25) | 7 ms | 24 MB |
| with one teacher's silver labels (version 1): encoder alone | .66 | .72 / .76 | .73 | - | 7 ms | 23 MB |
| version 1: joined with fast, every sentence read | .69 | .71 / .80 | .73 | .60 (.32) | 7 ms | 24 MB |
| and 11,247 sentences by two readers, first three passes: joined with fast | .70 | .69 / .79 | .74 | - | 7 ms | 24 MB |
| the same after two more passes | .69 | .69 / .79 | - | - | 7 ms | 24 MB |
| weights of version 1 and of the three passes averaged | .66 to .69 | .70 / .79 to .81 | .74 | - | 7 ms | 24 MB |
| **accurate**: mean of three and five passes; joined, all read | .69 | .71 / .78 | .73 | .65 (.39) | 7 ms | 24 MB |
| three layers in place of six, three passes: encoder alone | .64 | .65 / .74 | .62 | - | about 4 ms | about 17 MB |
| the teacher (110 million parameters, training only) | .75 | .79 / .81 | - | - | 12 ms and more | 420 MB |

Sentences of real articles were wanting: on the composed half of gold dev version 1 was close to its teacher, on the
Wikipedia half it took one neutral sentence in three for blame. On that half macro-F1 is now .64 (.63 in version 1,
the teacher .70), each as the whole analyzer is measured. Blame (F1 .70) stays under what the issue asks (.74): longer
training, averaging, a larger share of the fast model and twice as many labels each moved it by .01 to .02.

Also tried on the shipped network, and not kept (encoder alone or joined, gold dev): one more pass with the 4,418
sentences of `own-labels/passages.jsonl`, which readers labelled in their context: .68 for .69, blame .69 for .69; the
mean of both weights .69. A chain over the sentences of a passage, with the transitions between stances that gold train
has, at strengths of .1 to 1: .66 to .70 for .69, and .65 to .69 once calibrated. Three layers are half the cost, which
is ten times that of the fast model: too slow to be the default everywhere.

Skipping: where the fast model gives "neutral" a probability of .7 or more the network does not read; one sentence in
fourteen of gold dev, whose passages were chosen for their judgements, and more of whole articles. From .5 on gold dev
stays at .69 but NewsMTSC falls to .71.

Share of the fast model (.1 to .4), prior and skipping were chosen on the dev sets among eight settings; gold dev moved
between .69 and .70, NewsMTSC between .707 and .730, the calibration error between .021 and .053.
363 hand-written sentences under several titles took the pairs from .57 (.25) to .60 (.32) in version 1,
1,300 real sentences under a name met in them, read by two, to .65 (.39).
The passes were run one after another by the trainer's own functions: the first over the news is that of version 1, and
the first three had 1,014 silver sentences in place of the shares drawn from what is shipped now.""",
    "When to abstain": """\
`confidence` is the probability of the label; see Calibration for what it is worth. Leave the label out where it is
under .5. `probabilities` has all four.""",
    "Known failures": """\
- A third party that is praised or blamed in an article on somebody else is still often taken for the subject.
- "Torture has been eliminated in places of detention" is `critique`: evils undone are told from evils one time in two.
- Irony, understatement and figures without a word of judgement ("convictions came to three").
- Sentences of more than 112 pieces of words are cut.
- The words given as reasons are the fast model's for the same label: they show what speaks for it, not what the
  network saw.""",
}

SILVER = {
    "What is in it": """\
`silver.npz`: for each sentence kept seven numbers (source, row in its file, first and last character, and the same for
the title: a row's own, or a stretch of the sentence's text), the teacher's four probabilities in 255ths, and the
sha256 of all titles and sentences: read from other corpora, or by another reader, they are refused. No text.

`pairs.jsonl`: sentences written for this project (by a language model, then read), mostly each under two titles for
which it has different stances; and sentences whose stance one word turns. Training gives each a second time with the
two names exchanged. None is one of the tests' (`tests/examples/stance.toml`).""",
    "Why the sentences are chosen": """\
Nine in ten sentences of articles are neutral: 9,191 taken as they came, 87 % of them neutral, made the linear model
worse (.52 to .45 on gold dev). Here those with words of praise and blame or verbs of saying are shown to the teacher
first, all that it takes a side on are kept, and neutral ones up to the part that the recipe names.""",
    "Comparison": """\
Teachers on gold dev, macro-F1 of the likeliest labels, in brackets calibrated crosswise (each half of the passages with
what was fitted on the other):

| teacher | macro-F1 |
|---|---|
| tuned on gold, after one to four passes | .70, .70, .71, .740 (.749) |
| the same, weights or scores of the last two to three passes averaged | .718 to .743 (.727 to .744) |
| gone on with for a short pass over `own-labels` (writers a to c), `pairs.jsonl` and some of gold | .69 |
| gone on with for a pass over gold, 3,761 of `articles.tsv`, composed ones (a to g) and pairs | .720 (.741) |
| **mean of the first and the last: what teaches** | **.751** (.749) |

Two readers looked at 2,475 sentences of real articles that the first had judged: where it was sure of blame or praise
they saw neither in every other case. Passages of gold were chosen for their judgements; whole articles are not, and
the second teacher has learnt that.""",
    "Known failures": """\
- In the passages that the teacher was tuned on the title is always right; it judges a sentence much alike under any
  title (after the first pass 49 % of our own test pairs right). So the labels of sentences under a name met in them
  (single sentences, and one in five of the articles') say little of that name; `pairs.jsonl` is for the title.
- Most whole articles are on science and everyday things, so that praise is of usefulness more than of conduct.
- A teacher's word is no person's: nothing here is measured against people but the teacher itself, on gold dev.
- The shipped labels are of 13,600 of the 14,773 sentences, in random order. The second stage saw the 3,761 sentences
  of `articles.tsv` that were read by then; the recipe draws a third of all that are there now.""",
}

DIRECTED = {
    "Comparison": """\
Macro-F1 over three labels; held out: three folds of the training sentences, by which features were chosen.

| features | DSE train, held out | DSE dev |
|---|---|---|
| all neutral | .31 | .30 |
| before: the stance of what is attributed to the source, fast engine (accurate) | - | .56 (.58) |
| words and word pairs, both names masked | .55 | .54 |
| + words by their place before, between and after the names | .58 | .60 |
| + roles of both names and the way between them over the parse | .60 | .63 |
| + words of praise and blame along it | .61 | .61 |
| + words under the part that holds the target | .62 | .64 |
| the same, features met four times at least (kept) | .62 | .65 |

The same pairs as more rows of the fast engine, each target as a subject, helped nothing: at a tenth of the weight of
gold .56 on gold dev (.57 without), at a quarter .55, held out .53 as before, NewsMTSC .61 to .62.

On gold train 231 sentences have one source and name the subject beside it. There a regression over the fast engine's
held-out log-probabilities and this model's gave these .2 to .3 of the weight, a log-loss of .89 where the engine alone
has .91, and no better macro-F1: it says little about passages in which the title is mostly what is judged. So an
attribution's stance is drawn toward it by three tenths and no more, and a sentence's is left alone.

Only pairs that an article has are judged: about 1 ms an article that has any, and .05 ms each.""",
    "Known failures": """\
- A third party in another clause of the same sentence still gets some of the blame: in "Harlow accused Brant of lying,
  and Costa moved to the north" Harlow blames Costa too, if less than Brant. "Harlow met Brant" counts as praise.
- Blame without a word for it ("Harlow refused to shake the hand of Brant") is neutral.
- Praise is found less often than blame; the corpus has less of it (1,170 pairs to learn from, 1,936 of blame).
- Names that the parser puts into different sentences have only the words between them.
- Probabilities are shifted toward the sides; the calibration above is of those before the shift.""",
}
