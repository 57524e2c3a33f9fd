"""What an article is about: its subject from the title, and from its first lines the names and roles it goes by."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import needs, store
from analyzer.annotate.subject.lead import Place, find_place, given_name, read_lead, words_of

_DISAMBIGUATED = re.compile(r"^(?P<core>.+?)\s*\((?P<tag>[^()]+)\)$")
_IN = (re.compile(r"^(?P<topic>.+) in (?P<place>.+)$"), re.compile(r"^(?P<topic>.+) of (?P<place>.+)$"))
_RECEPTION = re.compile(
    r"^(?:(?P<kind>[Rr]eception|[Cc]riticisms?|[Cc]ritical reception|[Cc]ontrovers(?:y|ies)|[Ll]egacy|[Rr]eputation|"
    r"[Pp]ublic image|[Pp]erceptions?|[Ii]nfluence|[Aa]llegations|[Oo]pposition) "
    r"(?:of|over|about|against|surrounding|to) (?P<core>.+)|"
    r"(?P<core2>.+?) (?P<kind2>controvers(?:y|ies)|scandals?|allegations))$"
)

# In "Political positions of John Edwards" John Edwards is the subject; "Life of Samuel Johnson" is a book.
_OF_SOMEBODY = re.compile(
    r"^(?:[A-Z][a-z]+ (?:life|career|works|writings)|(?:[A-Z][a-z]+ )?(?:[Pp]ositions?|[Vv]iews?|[Pp]olitics|"
    r"[Bb]eliefs|[Pp]hilosophy|[Pp]residency|[Pp]remiership)) of (?P<core>[A-Z].*?)(?: (?:on|before|after) .+)?$"
)


@Language.factory(
    "analyzer_subject",
    assigns=["doc._.analyzer_subject"],
    requires=["doc.sents"],
    default_config={"title": None, "subject": None},
)
def create_subject(nlp: Language, name: str, title: str | None, subject: str | None) -> "Subject":
    """Return the component; ``title`` and ``subject`` stand in where the Doc brings none."""
    return Subject(title, subject)


class Subject:
    """Writes the ``subject`` layer: one row, see :func:`describe_subject`, with what the article's first lines add."""

    def __init__(self, title: str | None = None, given: str | None = None) -> None:
        store.register()
        self.title = title
        self.given = given

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its subject described."""
        needs.settle(doc, self.title, self.given)
        row = describe_subject(store.get_value(doc, "title") or "", store.get_value(doc, "given_subject"))
        read_lead(doc, row)
        store.put(doc, "subject", [row])
        return doc


def describe_subject(title: str, given: str | None = None) -> store.Row:
    """Return the subject that a title names.

    Keys: ``title``; ``name`` (a phrase to show: "Kazakhstan's record on human rights"); ``kind`` ("entity" | "record" |
    "reception"); ``core`` (the bare name of the entity or place); ``place`` (the country or town, or None); ``topic``;
    ``disambiguator``; ``aliases`` (names that stand for the subject); ``roles`` (words for those who speak for it);
    ``organs`` (words for its bodies); ``makers`` (persons behind a work or firm); ``sort`` ("person" | "organisation" |
    "work" | "place" | "other"); ``common`` (whether the name is a word of the language, "momentum": told by the text);
    ``of_science`` (whether science or a craft gave it, "Banach space": told by title and lead); ``harmful`` (whether it
    is a harm by its nature, "Shigella": told by title and lead); ``character`` (whether a mythology or a work of
    fiction tells of it, "Achilles": told by the lead).
    ``given`` is a subject that the caller states; it replaces the phrase.
    """
    plain = " ".join((title or "").split())
    match = _DISAMBIGUATED.match(plain)
    core, tag = (match["core"], match["tag"]) if match else (plain, None)
    own = _OF_SOMEBODY.match(core)
    core = own["core"] if own and given_name(own["core"]) else core
    row = _record(core) or _reception(core) or _entity(core)
    if tag and (place := find_place(core)):
        row["place"] = row["place"] or place.name
    row.update(title=plain, disambiguator=tag)
    if given and given.strip():
        row["name"] = " ".join(given.split())
    if tag:
        row["sort"] = _entity_type(tag) or row["sort"]
    return row


def _row(kind: str, name: str, core: str, entity_type: str = "other") -> store.Row:
    """Return a subject row with every key present."""
    unknown = dict.fromkeys(("place", "topic", "disambiguator"))
    told = dict.fromkeys(("common", "of_science", "harmful", "character"), False)
    listed: store.Row = {"aliases": [core] if core else [], "roles": [], "organs": [], "makers": []}
    said: store.Row = {"title": core, "name": name, "kind": kind, "core": core, "sort": entity_type}
    return said | told | unknown | listed


def _record(core: str) -> store.Row | None:
    """Return the row of a country's or town's record in a field ("Prisons in Chile"); None where it is none."""
    match = _IN[0].match(core) or _IN[1].match(core)
    if not match:
        return None
    within = " in " in core
    shown = match["place"]
    core = shown[4:] if shown.lower().startswith("the ") else shown
    if core[:1].islower():  # "Conservation of mass"
        return None
    place = find_place(core)
    topic = match["topic"]
    words = topic.split()
    ends = {words[0].lower(), words[-1].lower()}
    if not ends.isdisjoint(words_of("nature or building")):  # nobody's record: "Earthquakes in Canada"
        return None
    known = not ends.isdisjoint(words_of("topic"))
    lower = all(word[0].islower() or not word[0].isalpha() or word.isupper() for word in words[1:])
    if not (known and (place or lower)) and not (place and lower and within and not words[0][0].isdigit()):
        return None
    said = topic if words[0].isupper() else topic[0].lower() + topic[1:]
    phrase = "record" if said in ("record", "government", "politics") else f"record on {said}"
    return _row("record", f"{shown}'{'' if shown.endswith('s') else 's'} {phrase}", core) | {
        "place": place.name if place else core,
        "topic": said,
        "sort": "place",
        "aliases": _place_names(place, core),
        "roles": sorted(words_of("state role")),
        "organs": sorted(words_of("state organ")),
    }


def _place_names(place: Place | None, name: str) -> list[str]:
    """Return the names that stand for a place: its own, its people's, its seat of government's."""
    return list(dict.fromkeys([name, *place.surface()])) if place else [name]


def _reception(core: str) -> store.Row | None:
    """Return the row of an entity's reception ("Criticism of X": X is the subject); None where the title is none."""
    match = _RECEPTION.match(core)
    if not match:
        return None
    entity = match["core"] or match["core2"]
    return _entity(entity) | {"kind": "reception", "topic": (match["kind"] or match["kind2"]).lower(), "name": entity}


def _entity(core: str) -> store.Row:
    entity_type = _entity_type(core) or "other"
    row = _row("entity", core, core, "other" if entity_type == "person" else entity_type)  # "The Lion King" is no king
    place = find_place(core)
    if place:
        row.update(place=place.name, sort="place", aliases=_place_names(place, core))
    return row


def _entity_type(phrase: str) -> str | None:
    """Return what a name or a disambiguator says that it names, by its last telling word."""
    for word in reversed(re.findall(r"[a-z]+", phrase.lower())):
        for kind in ("work", "organisation", "person"):
            if word in words_of(kind):
                return kind
    return None
