"""Who each attribution's source is: the fullest name in the article, what it was carried over from, and its class.

Classes follow the annotation guidelines; ``models/sources/README.md`` tells how the model does on each.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import ClassVar, NotRequired, TypedDict

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import needs, store
from analyzer.annotate.attribution.lexicon import singulars
from analyzer.annotate.encoder import Reading
from analyzer.annotate.retold import is_on_fiction
from analyzer.annotate.sources.characters import without_cast, without_characters
from analyzer.annotate.sources.context import Context, Gazetteer, affiliated, normal, read_own, well_known
from analyzer.annotate.sources.coreference import TEAM, Reference, Resolver
from analyzer.annotate.sources.descriptions import introduced
from analyzer.annotate.sources.features import features
from analyzer.annotate.sources.names import grams, is_letters, plain, shown
from analyzer.annotate.stance.accurate import heard_by, is_heard
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import place_of, words_of
from analyzer.annotate.tokens import tokens_of
from analyzer.errors import ModelError
from analyzer.lexicons import load_table, load_terms
from analyzer.linear import Array, SparseLinear, Vocabulary, log_softmax
from analyzer.vocabulary import SOURCE_TYPES

USUAL = 12.0  # how much likelier a well-known person is to be quoted as usual than the context alone says
# A state's bodies depend on the subject; scripture is nobody's word in particular ("the Quran").
_KNOWN = frozenset(["igo", "ngo", "media", "academic", "company", "unnamed"])
_STATES = re.compile(
    r"(?:(?:national|state|government|member.state) (?:representatives|delegations|delegates|envoys)|"
    r"(?:many|some|several|other|all|member|\w+teen|\w+ty|\d+)? ?(?:states|governments|delegations))$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r" (?:of|in|at|from|for|who|whom|that|which|on|to|by|with|interviewed|commissioned) ")
_OF_STATE = re.compile(
    r"(?:State|National|Government|Ministry|Federal|Supreme|Constitutional|Central|Interior|Justice|Health|Labou?r|"
    r"Foreign|Prime|President|Parliament|Cabinet|Attorney|Ombudsman|Public|Prison|Electoral|Anti)"
)
_WORDS = re.compile(r"[\w'’-]+")
_OFFICER_OF = re.compile(r"(?:[\w'’-]+ ){0,3}?(?P<head>[a-z][\w'’-]*) (?:of|at|from|for|with) (?:the )?(?=[A-Z])")
# "Parents surveyed by the university", "the drivers whom the paper interviewed": who asked says nothing of them.
_ASKED = r"(?:surveyed|interviewed|questioned|polled|canvassed|consulted|sampled)"
_QUESTIONED = re.compile(
    rf"(?:[\w'’-]+ ){{0,3}}?(?P<head>[\w'’-]+),? (?:(?:who (?:were|had been) )?{_ASKED} (?:by|for|in)|"
    rf"whom (?:[\w'’-]+ ){{1,5}}?{_ASKED})\b"
)
_REACH = 60
# "Some authors ... while others ...": others of the same.
_OTHERS = re.compile(r"(?:some |many |still |yet |several )?others", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?:[Ss]ome )?[Ii]nternal [a-z]+(?: [a-z]+)?|(?:[A-Za-z][a-z-]+ ){0,3}(?:ad|advert|advertisement)s?"
)
_SOME = re.compile(r"(?:some|many|most|several|certain|numerous|other|a few|a number of) ", re.IGNORECASE)
OF_SCHOLAR = 2.0  # how much likelier an academic is where a scholar is spoken of: 6 of 8 in the training passages
HEARD = 0.6  # the weight of a network that has read the sentence against the model of features, where it names none
# How much of the change of priors is taken: it reads title and section, and so tells half of it itself.
PRIORS = 0.5
READ_TYPES = "types.json"
MODEL = "sources"
# Of sources in articles on what has a name of its own, and in those on what a common noun or science names ("momentum",
# "Banach space"): there people who speak are scholars, mostly, and nobody speaks for the subject.
WEIGHTS, OF_THINGS = "types.npz", "things.npz"


def by_rule(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) where no model is needed: nobody named, a user's own entry, states, the subject."""
    if reference.how == "none":
        return "unnamed", 1.0
    for words in (reference.name or "", row["source_text"] or ""):
        own = context.gazetteer.own_type(words)
        if own:
            return own, 1.0
    if _STATES.match(plain(row["source_text"] or "")):
        return "government", 0.85
    if reference.subject and not reference.possessed:
        return "subject", 0.95
    itself = _of_itself(context, row, reference)
    if itself or reference.possessed:
        return itself
    return (
        _maker(context, reference)
        or _questioned(context.text, row)
        or _known(row, reference, context.gazetteer)
        or _foreign_state(context, reference)
        or _stated(context, row, reference)
        or _public(context, reference)
    )


def _maker(context: Context, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of who made the work that an article is on, as the text says ("a novel by X").

    A newspaper that printed it may review it, too.
    """
    name = (reference.name or "").lower()
    made = context.frame == "work" and any(name in (maker, maker.split()[-1]) for maker in context.makers)
    return ("subject", 0.9) if made and context.gazetteer.type_of(reference.name or "") != "media" else None


def _questioned(whole: str, row: Row) -> tuple[str, float] | None:
    """Return (type, confidence) of people whom somebody questioned: the class that their own noun states, or none."""
    found = _QUESTIONED.match(whole[row["source_start"] : row["source_end"] + _REACH]) if row["source_text"] else None
    if found is None or (found["head"][:1].isupper() and (found.start("head") or "," in found[0])):
        return None  # a name
    return _terms("head").get(found["head"].lower(), "unnamed"), 0.9


def _foreign_state(context: Context, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of another state's bodies and officers, where the subject is a place or its record."""
    words = (reference.name or "").lower().replace("’s", "").replace("'s", "").split()
    if context.about.get("sort") != "place" or len(words) < 2:
        return None
    stated = not _terms("state").keys().isdisjoint([*words, *(word.removesuffix("s") for word in words)])
    return ("government", 0.9) if stated and context.foreign(grams(words)) == ["other"] else None


def _known(row: Row, reference: Reference, gazetteer: Gazetteer) -> tuple[str, float] | None:
    """Return (type, confidence) of a name in the tables: a body, or what is tied to one: somebody of it, "ISO 9000"."""
    name = reference.name or ""
    body = gazetteer.type_of(name)
    if body in _KNOWN:
        return body, 0.97
    text = plain(row["source_text"] or "")
    # "Ford", of Henry Ford: a part of the name ties nobody to the body of that name.
    tied = None if body or reference.how != "named" or name.endswith(f" {text}") else affiliated(text, gazetteer)
    return (tied, 0.9) if tied else None


def _often_quoted(reference: Reference) -> str | None:
    """Return what a well-known person is usually quoted as."""
    person = None if reference.possessed else well_known().get(normal(reference.name or ""))
    return person if person != "government" else None


def _of_scholar(context: Context) -> bool:
    """Tell whether the article is on a scholar that the tables know: of whom mostly others speak."""
    return context.frame == "person" and well_known().get(normal(str(context.about.get("core")))) == "academic"


@cache
def _terms(where: str) -> dict[str, str]:
    """Return the words that state a class, by word: head nouns of descriptions, or last words of names."""
    return {row["term"]: row["type"] for row in load_table("source_stated") if row["where"] == where}


def _head(text: str, count: int = 1) -> str:
    """Return the head noun of a description, in small letters, with as many words: "report" of "annual report on X"."""
    return " ".join(_PREPOSITION.split(f" {text} ")[0].split()[-count:]).lower()


def _stated(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of a source whose own words state its class."""
    text = plain(row["source_text"] or "")
    if not text or reference.how not in ("named", "definite") or reference.carried:
        return None
    behind = context.text[row["source_end"] : row["source_end"] + 30]
    if TEAM.match(behind) or TEAM.search(" " + text):
        return "academic", 0.9
    words = text.split()
    if not any(character.isupper() for character in text[1:]):
        kind = _terms("head").get(_head(text, 2)) or _terms("head").get(_head(text))  # "news report" before "report"
        return (kind, 0.92) if kind else None
    if _organ(context.about, text):
        return "subject", 0.85
    kind = _terms("last").get(words[-1].lower()) if len(words) > 1 and words[0][:1].isupper() else None
    return (kind, 0.92) if kind and " from " not in text and " of " not in text else None


def _of_itself(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of the subject's own texts: "its website"; a body's "internal memos", "a press ad"."""
    text = plain(row["source_text"] or "")
    if context.frame == "organisation" and reference.how in ("named", "definite") and _INSIDE.fullmatch(text):
        return "subject", 0.9
    if context.thing or not (reference.possessed and reference.subject):
        return None
    head = _head(text)
    own = not load_terms("source_words", "own text").isdisjoint([head, *singulars(head)])
    return ("subject", 0.9) if own else None


def _public(context: Context, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of a known body of a state, or of a name with a word for one.

    In an article on a place or its record such a body may be the subject.
    """
    name = _body_behind(reference.name or "")
    if context.record or not name[:1].isupper() or reference.how not in ("named", "definite"):
        return None
    words = [word for word in _WORDS.findall(name) if word[:1].isupper()]
    own = {word.lower() for alias in context.about.get("aliases") or () for word in _WORDS.findall(alias)}
    low = {word.lower().removesuffix("'s").removesuffix("’s") for word in words}
    others = own | load_terms("source_words", "above states")
    acronym = name.isupper()  # may stand for another body, too
    known = context.frame != "place" and not acronym and context.gazetteer.type_of(name) == "government"
    public = known or (len(words) > 1 and not low.isdisjoint(_terms("body")))
    return ("government", 0.85) if public and low.isdisjoint(others) else None


def _body_behind(text: str) -> str:
    """Return the body whose officer speaks ("a spokesman for the Ministry of Transport"); else the text."""
    found = _OFFICER_OF.match(text)
    if found and found["head"].lower() in words_of("officer") | words_of("state role"):
        return text[found.end() :]
    return text


def _organ(about: Row, text: str) -> bool:
    """Tell whether a name is that of an organ of the state that the article is about, or whose record it is."""
    text = text.removeprefix("The ").removeprefix("the ")
    if about.get("sort") != "place" or not about.get("place") or not _OF_STATE.match(text):
        return False
    words = [word.lower() for word in _WORDS.findall(text)]
    if words_of("state organ").isdisjoint(words):
        return False
    return all(place is None or place.name == about.get("place") for place in map(place_of, words))


class ReadTypes(TypedDict):
    """What stands beside a network that reads the types of sources.

    ``priors`` are log ratios by type: how frequent it is in passages on what has a name against what the network learnt
    from, many articles on science where nearly everybody who speaks is a scholar (Saerens et al. 2002). ``share`` is
    the network's weight against the model of features.
    """

    priors: dict[str, float]
    share: NotRequired[float]


@Language.factory(
    "analyzer_sources",
    assigns=["doc._.analyzer_attributions"],
    requires=["doc._.analyzer_attributions", "doc.ents", "token.dep", "token.tag", "token.lemma", "doc.sents"],
    default_config={"gazetteer": None, "model": None, "reader": None},
)
def create_sources(nlp: Language, name: str, gazetteer: str | None, model: str | None, reader: str | None) -> "Sources":
    """Return the component.

    ``gazetteer`` is the path of a user's own table of names (``name<TAB>type`` a line), which wins over everything
    else; ``model`` is a model folder in place of the installed one; ``reader`` is the model of a network that reads the
    sentences as well ("large").
    """
    return Sources(gazetteer=gazetteer, folder=model, reader=reader)


class Sources:
    """Fills ``name``, ``carried``, ``type`` and ``type_confidence`` of the rows of the ``attributions`` layer."""

    def __init__(
        self, *, gazetteer: str | Path | None = None, folder: str | None = None, reader: str | None = None
    ) -> None:
        store.register()
        self.gazetteer = Gazetteer(read_own(gazetteer) if gazetteer else None)
        self.folder = folder
        self.reader = reader if reader is not None and is_heard(reader) else None
        self.models = {MODEL: modelstore.load(MODEL, folder).digest}

    @cached_property
    def _priors(self) -> Array:
        """What is added to what the network makes of sources in articles on what has a name."""
        priors = self.read_types["priors"]
        return PRIORS * np.array([priors[name] for name in SOURCE_TYPES])

    @property
    def read_types(self) -> ReadTypes:
        """What stands beside the network that reads, where one does."""
        found: ReadTypes = modelstore.load(str(self.reader)).json(READ_TYPES, ReadTypes)
        return found

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with the sources of its attributions named and typed."""
        needs.check(doc, "analyzer_sources")
        rows = store.get(doc, "attributions")
        if rows:
            context = Context(doc, self.gazetteer)
            references = Resolver(context, rows).resolve()
            heard, share = None, HEARD
            if self.reader is not None:
                heard = of_words(doc, rows, heard_by(doc, self.reader))
                share = self.read_types.get("share", HEARD)
            if heard and not context.thing:
                heard = {at: logs + self._priors for at, logs in heard.items()}
            types = classify(context, rows, references, load_model(self.folder, things=context.thing), heard, share)
            for row, reference, (source_type, confidence) in zip(rows, references, types, strict=True):
                row["name"] = shown(reference.called)
                row["carried"] = reference.carried
                row["type"] = source_type
                row["type_confidence"] = confidence
            if context.about.get("character"):
                store.put(doc, "attributions", without_characters(context.text, rows, references))
            elif is_on_fiction(doc, context.text):
                store.put(doc, "attributions", without_cast(context.text, rows, references))
        return doc


def of_words(doc: Doc, rows: Sequence[Row], reading: Reading) -> dict[int, Array]:
    """Return what a network makes of sources by their words: log probabilities of the types, by the row's number."""
    tokens, found = tokens_of(doc), {}
    for at, row in enumerate(rows):
        if row["source_text"] and reading.read[row["sentence"]]:
            first, last = tokens.span(row["source_start"], row["source_end"])
            sure = reading.source[first:last] > 0
            own = reading.types[first:last]
            found[at] = log_softmax(own[sure] if sure.any() else own).mean(axis=0)
    return found


def classify(
    context: Context,
    rows: Sequence[Row],
    references: Sequence[Reference],
    model: "TypeModel",
    heard: Mapping[int, Array] | None = None,
    share: float = HEARD,
) -> list[tuple[str, float]]:
    """Return (type, confidence) of each source; a quotation that runs on has the type of the row it continues.

    ``heard`` is what a network makes of the words of some sources, by the row's number, ``share`` its weight.
    """
    found = [
        by_rule(context, row, reference) or introduced(context, row, reference)
        for row, reference in zip(rows, references, strict=True)
    ]
    asked = [at for at, row in enumerate(rows) if found[at] is None and "continues" not in row]
    if asked:
        logs = model.log_probabilities([features(context, rows[at], references[at]) for at in asked])
        for number, at in enumerate(asked):
            if heard and at in heard:
                order = [SOURCE_TYPES.index(name) for name in model.classes]
                logs[number] = (1 - share) * logs[number] + share * heard[at][order]
        of_scholar = _of_scholar(context)
        probabilities = np.exp(pooled(logs, [references[at].name for at in asked]))
        for at, shares in zip(asked, probabilities, strict=True):
            if not _may_be_subject(context, references[at]):
                shares[model.classes.index("subject")] = 0.0
            likeliest = model.classes[int(shares.argmax())]
            usual = _often_quoted(references[at])
            # A work's maker is the subject; its critics are not.
            if usual in model.classes and (likeliest != "subject" or usual == "media"):
                shares[model.classes.index(usual)] *= USUAL
            elif usual is None and of_scholar and likeliest == "person":
                shares[model.classes.index("academic")] *= OF_SCHOLAR
            best = int(shares.argmax())
            found[at] = (model.classes[best], round(float(shares[best] / shares.sum()), 4))
    given = {at: _as_some(rows, found, at) or kind for at, kind in enumerate(found)}
    return [given.get(row.get("continues", -1)) or given[at] or ("unnamed", 0.0) for at, row in enumerate(rows)]


def _as_some(rows: Sequence[Row], found: Sequence[tuple[str, float] | None], at: int) -> tuple[str, float] | None:
    """Return (type, confidence) of the group that "others" are of: of "some authors" just before them; else None."""
    row = rows[at]
    if not at or not _OTHERS.fullmatch(row["source_text"] or "") or row["sentence"] - rows[at - 1]["sentence"] > 1:
        return None
    return found[at - 1] if _SOME.match(rows[at - 1]["source_text"] or "") else None


def _may_be_subject(context: Context, reference: Reference) -> bool:
    """Tell whether a source may speak for the subject.

    For a person only the subject itself and whom it names; for what a common noun or science names (momentum, a drug,
    Banach space) also those who made it; else none that is known by letters of its own ("the ASA").
    """
    if reference.subject or reference.possessed:
        return True
    letters = shown(reference.name) or ""
    if is_letters(letters) and context.frame != "record":  # in "Prisons in Ireland" the bodies of Ireland
        return letters.lower() in context.own
    if not (context.frame == "person" or context.thing):
        return True
    words = (reference.name or "").lower().split()
    if context.thing and (context.made_by(reference.name) or not words_of("work role").isdisjoint(words)):
        return True
    return bool(context.own & grams(words))


class TypeModel:
    """Multinomial logistic regression over feature names; ``arrays`` as the trainer writes them.

    ``terms`` (sorted feature names), ``coef`` (terms x classes), ``intercept``, ``classes``, ``temperature``.
    """

    SHAPES: ClassVar[dict[str, modelstore.Shape]] = {
        "terms": (str, "terms"),
        "coef": ("terms", "classes"),
        "intercept": ("classes",),
        "classes": (str, "classes"),
        "temperature": (1,),
    }

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.classes = [str(name) for name in arrays["classes"]]
        if not {"subject"} <= set(self.classes) <= set(SOURCE_TYPES) or not arrays["temperature"][0] > 0:
            raise ModelError(f"the model of sources has the classes {', '.join(self.classes)}; retrain it.")
        self._vocabulary = Vocabulary(arrays["terms"].tolist())
        scale = 1 / float(arrays["temperature"][0])
        self._linear = SparseLinear(arrays["coef"], arrays["intercept"], scale=scale)

    def log_probabilities(self, sources: Sequence[Sequence[str]]) -> Array:
        """Return the log probabilities by each source's features: one row a source, one column a class."""
        unit, row = self._vocabulary.rows(sources)
        return log_softmax(self._linear.scores(unit, self._linear.parts(unit, row, len(sources)), len(sources)))


@cache
def load_model(folder: str | None = None, *, things: bool = False) -> TypeModel:
    """Return the installed model, or that of a folder; for articles on things the one fitted for them, if there is one.

    Raises :class:`~analyzer.errors.ModelError` where there is no model.
    """
    stored = modelstore.load(MODEL, folder)
    own = things and OF_THINGS in stored.files
    return TypeModel(stored.arrays(OF_THINGS if own else WEIGHTS, TypeModel.SHAPES))


def pooled(logs: Array, names: Sequence[str | None]) -> Array:
    """Return log probabilities with the mean over all sources of one name in place of each: one source, one class."""
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        groups.setdefault((name or f"\0{at}").lower(), []).append(at)
    result = logs.copy()
    for members in groups.values():
        if len(members) > 1:
            result[members] = logs[members].mean(axis=0)
    return result
