"""Unnamed groups as sources, cues without a source, and the thresholds that they have of their own."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate.attribution.candidates import Candidate, candidates, trie, unnamed_groups
from analyzer.annotate.attribution.component import choose
from analyzer.annotate.attribution.features import CueFeatures, sourceless
from analyzer.annotate.attribution.lexicon import classes_of_source, is_vague
from analyzer.annotate.attribution.spans import source_span
from analyzer.annotate.tokens import QuotedTokens, quoted_tokens

LIMITS = {"named": 0.5, "unnamed": 0.3, "vague": 0.2}


def tokens_of(given: list[tuple[str, str, str, str, int, str]], ents: list[str] | None = None) -> QuotedTokens:
    """The columns of a Doc given as (word, lemma, part of speech, tag, head, dependency), with its entities."""
    words, lemmas, pos, tags, heads, deps = (list(column) for column in zip(*given, strict=True))
    starts = [True] + [False] * (len(words) - 1)
    vocab = spacy.blank("en").vocab
    parse = {"pos": pos, "tags": tags, "heads": heads, "deps": deps, "sent_starts": starts, "ents": ents}
    return quoted_tokens(Doc(vocab, words=words, lemmas=lemmas, **parse))


HIT = [
    ("It", "it", "PRON", "PRP", 1, "nsubj"),
    ("was", "be", "AUX", "VBD", 1, "ROOT"),
    ("popular", "popular", "ADJ", "JJ", 1, "acomp"),
    ("with", "with", "ADP", "IN", 2, "prep"),
    ("critics", "critic", "NOUN", "NNS", 3, "pobj"),
]
LUKEWARM = [
    ("Audiences", "audience", "NOUN", "NNS", 1, "nsubj"),
    ("were", "be", "AUX", "VBD", 1, "ROOT"),
    ("restless", "restless", "ADJ", "JJ", 1, "acomp"),
]
SAID = [
    ("He", "he", "PRON", "PRP", 2, "nsubjpass"),
    ("is", "be", "AUX", "VBZ", 2, "auxpass"),
    ("said", "say", "VERB", "VBN", 2, "ROOT"),
    ("to", "to", "PART", "TO", 4, "aux"),
    ("sing", "sing", "VERB", "VB", 2, "xcomp"),
]


def test_a_group_is_paired_with_the_word_that_governs_it_though_no_table_lists_that_word() -> None:
    assert list(unnamed_groups(tokens_of(HIT))) == [Candidate(2, 4, "A:prep:with/pobj")]
    assert list(unnamed_groups(tokens_of(LUKEWARM))) == [Candidate(2, 0, "A:^acomp/nsubj")]
    assert candidates(tokens_of(LUKEWARM), trie([]), frozenset()) == [Candidate(2, 0, "A:^acomp/nsubj")]


OCEANIC = [
    ("The", "the", "DET", "DT", 2, "det"),
    ("National", "National", "PROPN", "NNP", 2, "compound"),
    ("Oceanic", "Oceanic", "PROPN", "NNP", 6, "nsubj"),
    ("and", "and", "CCONJ", "CC", 2, "cc"),
    ("Atmospheric", "Atmospheric", "PROPN", "NNP", 5, "compound"),
    ("Administration", "Administration", "PROPN", "NNP", 2, "conj"),
    ("warned", "warn", "VERB", "VBD", 6, "ROOT"),
    ("sailors", "sailor", "NOUN", "NNS", 6, "dobj"),
]


def replaced(at: int, word: str, dep: str | None = None) -> list[tuple[str, str, str, str, int, str]]:
    """The sentence on the weather service with another word in one place."""
    _, _, pos, tag, head, known = OCEANIC[at]
    return [*OCEANIC[:at], (word, word, pos, tag, head, dep or known), *OCEANIC[at + 1 :]]


def test_a_body_with_an_and_in_its_name_is_one_source() -> None:
    tokens = tokens_of(OCEANIC, ["B-ORG", *["I-ORG"] * 5, "O", "O"])
    assert candidates(tokens, trie(["V:nsubj"]), frozenset()) == [Candidate(6, 5, "V:nsubj")]
    assert source_span(tokens, 5) == (0, 6)


def test_who_is_one_of_a_group_is_the_name_behind_it() -> None:
    tokens = tokens_of(
        [
            ("One", "one", "NUM", "CD", 6, "nsubj"),
            ("of", "of", "ADP", "IN", 0, "prep"),
            ("them", "they", "PRON", "PRP", 1, "pobj"),
            (",", ",", "PUNCT", ",", 0, "punct"),
            ("Ruud", "Ruud", "PROPN", "NNP", 0, "appos"),
            (",", ",", "PUNCT", ",", 0, "punct"),
            ("objected", "object", "VERB", "VBD", 6, "ROOT"),
        ]
    )
    assert candidates(tokens, trie(["V:nsubj"]), frozenset()) == [Candidate(6, 4, "V:nsubj")]


def test_the_part_of_such_a_name_that_its_entity_leaves_out_belongs_to_it() -> None:
    parts = ["Department", "for", "Business", "and", "Skills"]
    pos = ["PROPN", "ADP", "PROPN", "CCONJ", "PROPN"]
    deps, heads = ["nsubj", "prep", "pobj", "cc", "conj"], [5, 0, 1, 0, 0]
    given = [(word, word, p, "NNP", head, dep) for word, p, head, dep in zip(parts, pos, heads, deps, strict=True)]
    tokens = tokens_of([*given, ("said", "say", "VERB", "VBD", 5, "ROOT")], ["B-ORG", *["I-ORG"] * 3, "O", "O"])
    assert candidates(tokens, trie(["V:nsubj"]), frozenset()) == [Candidate(5, 0, "V:nsubj")]
    assert source_span(tokens, 0) == (0, 5)


@pytest.mark.parametrize(
    ("given", "ents"),
    [
        (OCEANIC, ["O", "B-ORG", "I-ORG", "O", "B-ORG", "I-ORG", "O", "O"]),  # to the recogniser two
        (replaced(2, "Union"), ["B-ORG", *["I-ORG"] * 5, "O", "O"]),  # two nouns for a body
        (replaced(2, "CIA"), ["B-ORG", *["I-ORG"] * 5, "O", "O"]),
        (replaced(4, "the", "det"), ["B-ORG", *["I-ORG"] * 5, "O", "O"]),
        (replaced(5, "Rivera"), ["B-ORG", *["I-ORG"] * 5, "O", "O"]),  # no noun for a body
        (OCEANIC, ["B-WORK_OF_ART", *["I-WORK_OF_ART"] * 5, "O", "O"]),
    ],
)
def test_two_bodies_stay_two(given: list[tuple[str, str, str, str, int, str]], ents: list[str]) -> None:
    found = candidates(tokens_of(given, ents), trie(["V:nsubj"]), frozenset())
    assert found == [Candidate(6, 2, "V:nsubj"), Candidate(6, 5, "V:nsubj&")]


PLINY = [
    ("Pliny", "Pliny", "PROPN", "NNP", 3, "nsubj"),
    ("the", "the", "DET", "DT", 2, "det"),
    ("Elder", "Elder", "PROPN", "NNP", 3, "nsubj"),
    ("reported", "report", "VERB", "VBD", 3, "ROOT"),
    ("it", "it", "PRON", "PRP", 3, "dobj"),
]


def test_an_epithet_belongs_to_the_name_before_it() -> None:
    tokens = tokens_of(PLINY)
    found = candidates(tokens, trie(["V:nsubj"]), frozenset({"V:report"}))
    assert [one.source for one in found] == [0] and source_span(tokens, 0) == (0, 3)
    goes_on = [*PLINY[:2], ("Red", "Red", "PROPN", "NNP", 3, "compound"), ("Cross", "Cross", "PROPN", "NNP", 3, "ROOT")]
    assert source_span(tokens_of(goes_on), 0) == (0, 1)  # "told Reuters the Red Cross"


def test_a_source_does_not_end_with_the_preposition_that_a_misread_tree_leaves_it() -> None:
    given = [
        ("Advocates", "advocate", "NOUN", "NNS", 2, "nsubj"),
        ("of", "of", "ADP", "IN", 0, "prep"),
        ("say", "say", "VERB", "VBP", 2, "ROOT"),
    ]
    assert source_span(tokens_of(given), 0) == (0, 1)


def william_and_prince(joint: str, head: int, dep: str) -> QuotedTokens:
    """The columns of "William, Prince said", where the parser hangs the prince on the token ``head``."""
    said = [
        ("William", "William", "PROPN", "NNP", 3, "nsubj"),
        (joint, joint, "PUNCT" if joint == "," else "CCONJ", "CC", 0, "punct" if joint == "," else "cc"),
        ("Prince", "Prince", "PROPN", "NNP", head, dep),
        ("said", "say", "VERB", "VBD", 3, "ROOT"),
    ]
    return tokens_of(said)


@pytest.mark.parametrize(("joint", "sources"), [(",", [0]), ("and", [0, 2])])
def test_what_a_name_has_behind_a_mere_comma_is_no_source_of_its_own(joint: str, sources: list[int]) -> None:
    found = candidates(william_and_prince(joint, 0, "conj"), trie(["V:nsubj"]), frozenset({"V:say"}))
    assert sorted(one.source for one in found) == sources


def test_things_and_names_beside_a_word_are_no_groups() -> None:
    things = [*HIT[:4], ("boats", "boat", "NOUN", "NNS", 3, "pobj")]
    name = [*HIT[:4], ("Lindqvist", "Lindqvist", "PROPN", "NNP", 3, "pobj")]
    assert list(unnamed_groups(tokens_of(things))) == []
    assert list(unnamed_groups(tokens_of(name))) == []


def test_the_ending_of_a_plural_tells_people_from_things() -> None:
    tokens = tokens_of(
        [
            ("Harpists", "harpist", "NOUN", "NNS", 1, "nsubj"),
            ("like", "like", "VERB", "VBP", 1, "ROOT"),
            ("tables", "table", "NOUN", "NNS", 1, "dobj"),
        ]
    )
    assert classes_of_source(tokens, 0) == ("people",)
    assert classes_of_source(tokens, 2) == ()


def test_a_group_whose_class_is_stated_or_that_has_an_owner_is_not_vague() -> None:
    tokens = tokens_of(
        [
            ("Her", "her", "PRON", "PRP$", 1, "poss"),
            ("fans", "fan", "NOUN", "NNS", 2, "nsubj"),
            ("met", "meet", "VERB", "VBD", 2, "ROOT"),
            ("historians", "historian", "NOUN", "NNS", 2, "dobj"),
            ("and", "and", "CCONJ", "CC", 3, "cc"),
            ("critics", "critic", "NOUN", "NNS", 3, "conj"),
            ("some", "some", "PRON", "DT", 2, "dep"),
            ("Norwegians", "Norwegians", "PROPN", "NNPS", 2, "dep"),
        ]
    )
    assert [is_vague(tokens, i) for i in (1, 3, 5, 6, 7)] == [False, False, True, True, False]


def test_an_unnamed_group_has_a_threshold_of_its_own() -> None:
    tokens = tokens_of(HIT)
    critics = Candidate(2, 4, "A:prep:with/pobj")
    assert choose(tokens, [critics], [0.25], LIMITS) == [(critics, 0.25)]
    assert choose(tokens, [critics], [0.25], {"named": 0.5, "unnamed": 0.3}) == []
    assert choose(tokens, [Candidate(2, 0, "A:^acomp/nsubj")], [0.25], LIMITS) == []


@pytest.mark.parametrize(("joint", "kept"), [(",", [0]), ("and", [0, 2])])
def test_of_two_sources_with_a_mere_comma_between_the_likelier_is_one(joint: str, kept: list[int]) -> None:
    both = [Candidate(3, 0, "V:nsubj"), Candidate(3, 2, "V:nsubj")]
    chosen = choose(william_and_prince(joint, 3, "nsubj"), both, [0.9, 0.6], LIMITS)
    assert [candidate.source for candidate, _ in chosen] == kept


def test_a_cue_that_likelier_has_no_source_names_none() -> None:
    tokens = tokens_of(SAID)
    nobody, he = Candidate(2, -1, "none"), Candidate(2, 0, "V:nsubjpass")
    assert [candidate for candidate, _ in choose(tokens, [nobody, he], [0.7, 0.6], LIMITS)] == [nobody]
    assert [candidate for candidate, _ in choose(tokens, [nobody, he], [0.4, 0.6], LIMITS)] == [he]
    assert [candidate for candidate, _ in choose(tokens, [nobody, he], [0.7, 0.6], LIMITS | {"unnamed": 2.0})] == [he]


def test_a_cue_inside_a_quotation_has_a_threshold_of_its_own() -> None:
    tokens = tokens_of(SAID)
    nobody = Candidate(2, -1, "none")
    tokens.quoted[2] = 0
    assert choose(tokens, [nobody], [0.45], LIMITS) == [(nobody, 0.45)]
    assert choose(tokens, [nobody], [0.45], LIMITS | {"quoted": 0.6}) == []


def test_to_and_for_introduce_a_source_only_where_a_clause_begins() -> None:
    opening = [
        ("To", "to", "ADP", "IN", 3, "prep"),
        ("Lindqvist", "Lindqvist", "PROPN", "NNP", 0, "pobj"),
        ("it", "it", "PRON", "PRP", 3, "nsubj"),
        ("failed", "fail", "VERB", "VBD", 3, "ROOT"),
    ]
    inside = [
        ("She", "she", "PRON", "PRP", 1, "nsubj"),
        ("wrote", "write", "VERB", "VBD", 1, "ROOT"),
        ("to", "to", "ADP", "IN", 1, "prep"),
        ("Lindqvist", "Lindqvist", "PROPN", "NNP", 2, "pobj"),
    ]
    root = trie(["P:pobj"])
    assert Candidate(0, 1, "P:pobj") in candidates(tokens_of(opening), root, frozenset({"P:to"}))
    assert candidates(tokens_of(inside), root, frozenset({"P:to"})) == []


def test_a_body_called_who_is_no_relative_pronoun() -> None:
    body = [
        ("the", "the", "DET", "DT", 1, "det"),
        ("WHO", "who", "PROPN", "NNP", 2, "nsubj"),
        ("warned", "warn", "VERB", "VBD", 2, "ROOT"),
    ]
    pronoun = [("who", "who", "PRON", "WP", 1, "nsubj"), ("warned", "warn", "VERB", "VBD", 1, "ROOT")]
    assert candidates(tokens_of(body), trie(["V:nsubj"]), frozenset()) == [Candidate(2, 1, "V:nsubj")]
    assert candidates(tokens_of(pronoun), trie(["V:nsubj"]), frozenset()) == []


def test_features_of_a_cue_without_a_source_tell_tense_subject_and_manner() -> None:
    tokens = tokens_of(
        [
            ("Orla", "Orla", "PROPN", "NNP", 3, "nsubjpass"),
            ("has", "have", "AUX", "VBZ", 3, "aux"),
            ("been", "be", "AUX", "VBN", 3, "auxpass"),
            ("praised", "praise", "VERB", "VBN", 3, "ROOT"),
            ("widely", "widely", "ADV", "RB", 3, "advmod"),
        ]
    )
    passive = CueFeatures("praise", "V", ("praise",), frame="h=auxpass")
    names = set(sourceless(tokens, 3, passive, frozenset({"orla"})))
    assert {"1t=has+been", "1su=title", "1m=large", "1praise|t=has+been"} <= names


def test_features_of_a_noun_of_judgement_tell_the_verb_that_hands_it_over() -> None:
    tokens = tokens_of(
        [
            ("It", "it", "PRON", "PRP", 1, "nsubj"),
            ("drew", "draw", "VERB", "VBD", 1, "ROOT"),
            ("heavy", "heavy", "ADJ", "JJ", 3, "amod"),
            ("criticism", "criticism", "NOUN", "NN", 1, "dobj"),
        ]
    )
    names = set(sourceless(tokens, 3, CueFeatures("criticism", "N", ()), frozenset()))
    assert {"1g=draw|dobj", "1g=hands|dobj", "1am=True", "1?|g=hands|dobj"} <= names
