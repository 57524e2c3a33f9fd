"""Readability without the network, and silence where a formula means nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analyzer import readability

PROSE = (
    "The harbour was dredged in the spring of that year. Small boats came back first, and the larger ones followed "
    "when the channel had been marked with buoys. Nobody in the town remembered so many masts at the quay."
)


def test_every_measure_has_a_value_on_plain_prose():
    found = readability.measure(PROSE)
    assert set(found) == set(readability.MEASURES)
    assert all(isinstance(value, float) for value in found.values())


def test_simple_prose_reads_easier_than_learned_prose():
    learned = (
        "The committee reviewed administrative responsibilities at considerable length, and its members found that "
        "the documentation of earlier negotiations was incomplete. Several constitutional questions remained open, "
        "so the parliamentary secretariat commissioned an independent historical interpretation of the agreement."
    )
    assert readability.measure(PROSE)["flesch_reading_ease"] > readability.measure(learned)["flesch_reading_ease"] + 30


@pytest.mark.parametrize("text", ["", "Short.", "a. " * 100_000, "日本語 " * 100, "1 2 3 4 5 " * 20])
def test_no_measure_is_given_where_the_formula_does_not_apply(text: str):
    assert set(readability.measure(text).values()) == {None}


def test_no_text_is_kept_and_pyphen_keeps_no_word():
    import pyphen

    before = readability.measure(PROSE)
    told = [forget.__self__.cache_info() for forget in readability._textstat().forget]
    assert len(told) > 10 and {info.currsize for info in told} == {0}
    assert readability.measure(f"{PROSE} Extraordinarily unforgettable harbourmasters deliberated.") != before
    assert [patterns.cache for patterns in pyphen.hdcache.values()] == [{}]
    assert readability.measure(PROSE) == before


def test_of_more_words_than_are_kept_each_is_looked_up_once_and_none_is_kept(monkeypatch):
    readability.measure(PROSE)
    found = readability._textstat().of_words

    def looked_up():
        for words in found:
            words.cache_clear()
        seen = []
        told = property(lambda _: seen.extend(words.cache_info().misses for words in found) or found)
        monkeypatch.setattr(readability._Textstat, "of_words", told)
        readability.measure(PROSE)
        return seen

    usual = looked_up()
    assert len(usual) == 3 and min(usual) > 10
    assert all(words.cache_info().currsize for words in found)
    monkeypatch.setattr(readability, "_WORDS_KEPT", 10)
    assert looked_up() == usual
    assert not any(words.cache_info().currsize for words in found)


def test_the_dictionary_that_would_be_downloaded_is_never_asked_for():
    code = (
        "import sys; from analyzer import readability\n"
        f"found = readability.measure({PROSE!r})\n"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('nltk', 'scipy', 'textstat')]\n"
        "print(found['flesch_reading_ease'], heavy)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split(maxsplit=1) == [str(readability.measure(PROSE)["flesch_reading_ease"]), "[]\n"]


def test_a_program_keeps_its_own_textstat():
    code = (
        "import textstat; from textstat.backend.counts import _count_syllables as own; before = own.get_cmudict\n"
        f"from analyzer import readability; readability.measure({PROSE!r})\n"
        "import sys; print(sys.modules['textstat'] is textstat, own.get_cmudict is before)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "True True\n"
