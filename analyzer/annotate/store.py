"""The one module that writes annotations to a Doc and reads them back.

Layers are plain lists and dicts in ``doc.user_data`` (so ``DocBin``, ``to_bytes`` and ``nlp.pipe(n_process=2)`` work);
all offsets in them are characters of ``doc.text``. The ``doc._.analyzer_<layer>`` getters hand the rows out.

Layers and their rows
---------------------
``sentences``     start, end (blanks at the edges and blank sentences left out); from stance on also stance, confidence,
                  probabilities (dict), reasons (list), wording (dict: "weasel", "biased", "puffery", 0 to 1, where
                  the accurate engine has read)
``subject``       one dict: title, name, kind ("entity" | "record" | "reception"), place, aliases (list), roles (list),
                  core, topic, disambiguator, sort ("person" | "organisation" | "work" | "place" | "other"),
                  organs (list), makers (list), pronouns (list), common (bool: the name is a common noun),
                  of_science (bool: or one that science or a craft gave),
                  character (bool: of a mythology or of fiction)
``quotations``    start, end (quotation marks included), kind ("quotation" | "title" | "scare"), open (bool: runs on),
                  source (of a block quotation, or None), score (that it quotes), inner ([[start, end], ...])
``attributions``  sentence (index into doc.sents), source_start, source_end, source_text, name, type,
                  cue_start, cue_end, content ([[start, end], ...]), mode, carried, confidence, stance, type_confidence
``marks``         start, end, kind, lexicon, quoted
``wording``       one row a sentence that has cues: start, end (from its first cue to its last), hedge, weasel (0 to 1)
"""

from functools import partial
from typing import Any

from spacy.tokens import Doc

from analyzer.annotate.registry import layers
from analyzer.limits import MAX_TITLE

Row = dict[str, Any]
_KEY = "analyzer"


def put(doc: Doc, layer: str, rows: list[Row]) -> None:
    """Store the rows of a layer, in place of any it had."""
    doc.user_data.setdefault(_KEY, {})[layer] = rows


def get(doc: Doc, layer: str) -> list[Row]:
    """Return the rows of a layer; empty where no component has written it."""
    stored = doc.user_data.get(_KEY, {})
    if not isinstance(stored.get(layer, []), list):
        stored[layer] = _listed(stored[layer])
    rows: list[Row] = stored.get(layer, [])
    return rows


def _listed(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """Return plain data with lists where storage (msgpack) made tuples."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def has(doc: Doc, layer: str) -> bool:
    """Tell whether a component has written a layer, be it without rows."""
    return layer in doc.user_data.get(_KEY, {})


def put_value(doc: Doc, key: str, value: Any) -> None:  # noqa: ANN401 - plain data of any shape
    """Store one plain value beside the layers (the article's title, the block kinds)."""
    doc.user_data.setdefault(_KEY, {})[key] = value


def get_value(doc: Doc, key: str, default: Any = None) -> Any:  # noqa: ANN401
    """Return a value stored with :func:`put_value`."""
    return doc.user_data.get(_KEY, {}).get(key, default)


def put_name(doc: Doc, key: str, name: str | None) -> None:
    """Store a title or subject, which what reads a sentence reads beside each: never longer than readers have it."""
    put_value(doc, key, name and name[:MAX_TITLE])


def subject(doc: Doc) -> Row:
    """Return the subject row: an empty dict where it is not known."""
    rows = get(doc, "subject")
    return rows[0] if rows else {}


def on_thing(doc: Doc) -> bool:
    """Tell whether the article is on a thing: what a common noun names, or science or a craft after somebody."""
    about = subject(doc)
    return bool(about.get("common") or about.get("of_science"))


def on_harm(doc: Doc) -> bool:
    """Tell whether the article is on a harm: a disease, a disaster, decay."""
    return bool(subject(doc).get("harmful"))


def register() -> None:
    """Make the ``doc._.analyzer_<layer>`` getters known to spaCy; safe to call again.

    ``doc._.analyzer_title`` and ``doc._.analyzer_given_subject`` can be set as well, before the components run.
    """
    for layer in layers():
        name = f"analyzer_{layer}"
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=partial(get, layer=layer))
    for value in ("title", "given_subject"):
        name = f"analyzer_{value}"
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=partial(get_value, key=value), setter=partial(_set_name, value))


def _set_name(key: str, doc: Doc, name: str | None) -> None:
    put_name(doc, key, name)
