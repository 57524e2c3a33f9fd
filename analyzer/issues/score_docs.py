"""docs/scores.md, made from the scorers themselves: ``python -m analyzer.issues.score_docs > docs/scores.md``."""

from __future__ import annotations

import sys
from typing import Any

from analyzer.issues import SCORERS, explain, signals_in_use
from analyzer.issues.evidence.view import SMOOTHING
from analyzer.issues.scorer import CAP, THRESHOLD
from analyzer.issues.signals.tagged.model import PREFIX

_INTRO = f"""# Scores: how each figure of a report comes about

This page is made from the code (`make docs`); `npov explain ISSUE` shows the same for one issue.

## Issue scores
Every issue has a score from 0 (clean) to 1. It is a logistic function of signals, each between 0 and 1:

    score = 1 / (1 + exp(-(bias + weight x signal + weight x signal + ...)))

The signals and weights of each issue are below. With the signals at hand a score can be redone with a pocket
calculator. At {THRESHOLD} or more the issue is found. Rates are per 1,000 words of prose, with {SMOOTHING} words added
to the text's own, so that one word in a short text does not decide. Words to watch count where the article itself
speaks: never inside a quotation and, for praise, loaded words and comment, not in what a named source is reported to
say.

Evidence for the outcome comes first. Where the issue is found: the pieces of the signals that raise the score most
(weight x signal), in turns, then, marked "speaks against it", one piece for each signal that lowers it. Where it is
not found: which signals were looked for and are absent, what speaks against it, then what little there is. Signals
below 0.1 count in the sum but are not shown as evidence.

**Not assessable.** Where the input cannot show what an issue needs (plain text has no link targets), where there are
fewer words than the issue's minimum, or where the question does not arise (no references, so no choice of
references), the score is null and `why_null` says why and what input would help.

**Calibration.** "Fitted on" names the labelled articles from which an issue's weights were learnt; such a score is a
probability for articles like those, half of which or fewer carry the label. Real articles carry it far less often: read
a score as a measure of evidence, not as the chance that an editor would tag the page. Issues with "set by hand" have
had no labelled articles, or fewer than could teach a weight: their scores rank, and are not probabilities. The judge's
recipe (`models/judge/recipe.toml`) holds the weights that every fit starts from and those that stand.

**Wording of sentences.** How far a sentence is hedged or leans on unnamed people is told by cues with grammar checks;
how biased or puffed it is by a classifier over word lists. Where the accurate engine reads a sentence (`--stance
accurate`), layers of its network judge how vague, biased or puffed it is instead (`models/wording-accurate`), on a
scale by which as many ordinary sentences count as do by cues and lists.

## Tagged articles
A signal named `like-...` is the probability that a model of tagged articles gives: how much the article reads like
those that editors tagged with the banner; 0.5 is undecided. The models (`models/banners`) are ridge regressions on

- words and pairs of words, as tf-idf, by where they stand: in the prose, in paragraphs with and without a reference
  marker, in sentences with one, in references, headings and addresses. Only those that at least 1 % of the training
  articles use there take part (pairs: 2 %; headings and addresses: 0.5 %), so that names and topics weigh little;
- figures of the build: length, paragraphs, sections, where markers stand, references and their kinds, dates and
  addresses, lists, links, words to watch, each as the normal score of its rank among the training articles, and for
  some issues their products two by two;
- in models from a dump of your own, the signals on this page as well.

Banners, inline tags and tags inside references are cut out first: a claim is never evidence for itself. The evidence
names the words and figures that decided. Probabilities are calibrated (Platt) on articles that the fit had not seen, as
if tagged and untagged articles were equally many. The shipped models were learnt from 780 articles on science and
engineering of 2019 and know four issues; `models/banners/README.md` tells what they are worth, also on pairs matched by
topic and length. What a `like-` signal weighs was set on the training articles: as much as leaves plain cases (a page
whose paragraphs all lack references, a deprecated source) to the plain signals. Where the input shows no references or
markers, the signal stays at 0.5.

`npov train banners --dump enwiki.xml.bz2 --out DIR` makes models of every issue of which the dump holds 10 tagged
articles; `NPOV_MODELS=DIR` puts them to use. An issue for which the judge has no such weight then gets its `like-`
signal with weight 3, and half of that is taken from the bias, so that an undecided model changes nothing.

## Banners and verdicts
A banner takes no part in a score. It decides the verdict only:

| | a banner claims it | no banner claims it |
|---|---|---|
| score {THRESHOLD} or more | supported | missing banner |
| score below | not supported | not raised |
| no score | not assessable | not assessable |

A banner that is not supported **looks stale** where the article or its references speak of a year after the banner's
date: the text was worked on since, and what the banner claims is not there now. This adds evidence, never score.

## Source balance
One row a source: the sentences in which it is heard, the words of what it is reported to say (of the sentence where
that has no extent), and its sentences by stance; two opposite stances of one source in one sentence count as mixed.
Sources without a name share the row "(unnamed)". *Affiliated* are sources of type `subject`; all others are
independent.

*Effective sources* is exp(H), H the entropy of the sources' shares of the reported words: n sources heard equally
give n, one source that says nearly everything gives nearly 1.

## Summary
| figure | formula |
|---|---|
| `balance` | (endorsement - critique) / (endorsement + critique) in sentences, mixed apart; null without either |
| `attributed_share` | sentences with an attribution / sentences |
| `cited_share` | sentences with a reference marker / sentences |
| `unnamed_share` | attributions to nobody in particular / attributions |
| `subject_share` | attributions to the subject itself / attributions |
| `neutrality_score` | 1 - (2 x worst + mean) / 3 over paid, promotion, balance, language, quotation |
| `spam_score` | the same over the family spam; null where none of it could be assessed |

Both overall scores run from 0 (bad) to 1 (good). The worst issue counts twice, because one grave fault is not made
good by the absence of others. Sourcing bears on verifiability and is in neither.

## Words to watch
Lists: Wikipedia's Manual of Style (words to watch, CC BY-SA 4.0), hedges by Hyland (2005) as compiled by Recasens et
al. (2013), cliches and hedging phrases of npm's no-cliches and hedges (MIT), corporate speak of proselint (BSD-3), and
the analyzer's own. Each list is a table in `analyzer/lexicons/words_*.tsv` with source, licence and date. A word counts
in its context only: "leading bank" is praise, "leading to" is not; names ("Best Actor") and negated praise are left
alone; hedges need three in a sentence, since one hedge is good style.

## Domains
Tables in `analyzer/lexicons/domains_*.tsv`, dated in their headers: Wikipedia's perennial sources (April 2026),
WikiProject lists (August 2026), a list of predatory publishing (January 2018), URL shorteners (September 2025), and own
lists of wires, self-publishing, social media, site hosts and shops. A domain may carry several verdicts; where lists
disagree it is called ambiguous and held against no article. Hosts shared by many journals are in no predatory list.
`--sources FILE` puts a table of your own (columns `domain`, `verdict`; if wanted `type`, `name`, `qualifier`) first.
"""


def text() -> str:
    """Return the whole page."""
    parts = [_INTRO, "## Signals\n| signal | formula |\n|---|---|"]
    parts += [f"| `{name}` | {signal.says} |" for name, signal in sorted(signals_in_use().items())]
    parts.append("\n## Issues\n" + _by_hand())
    parts += [_issue(explain(scorer.issue)) for scorer in SCORERS]
    return "\n".join(parts) + "\n"


def _by_hand() -> str:
    """Return which issues keep prior weights, and why."""
    rows = [explain(scorer.issue) for scorer in SCORERS]
    prior = [row for row in rows if not row["calibrated_on"]]
    helped = [row for row in prior if any(s["name"].startswith(PREFIX) and s["weight"] for s in row["signals"])]
    plain = [f"`{row['issue']}`" for row in prior if row not in helped]
    return (
        f"Weights set by hand, because none of the corpora that may be trained on labels enough articles for them: "
        f"{', '.join(plain)}. Set by hand around a signal that is fitted: "
        f"{', '.join('`' + row['issue'] + '`' for row in helped)}."
    )


def _issue(told: dict[str, Any]) -> str:
    names = ", ".join(f"`{name}`" for name in told["requires"])
    cap = f" At most {CAP} without one of {names} at 0.1 or more." if names else ""
    rows = [row for row in told["signals"] if row["weight"]]
    weights = ", ".join(f"`{row['name']}` {row['weight']:+g}" for row in rows)
    fitted = f"fitted on {told['calibrated_on']}" if told["calibrated_on"] else "set by hand"
    return (
        f"\n### {told['issue']}\n{told['summary'].capitalize()} ({told['policy']}). Needs: {', '.join(told['needs'])}; "
        f"at least {told['minimum_words']} words.\n\nBias {told['bias']:+g}; weights {weights}. Weights {fitted}.{cap}"
    )


if __name__ == "__main__":
    sys.stdout.write(text())
