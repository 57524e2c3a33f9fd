"""Recipes: what a model is made of, as ``models/<name>/recipe.toml``, and the data it names, opened after a hash check.

``recipe.toml`` beside this shows one with every field. ``data`` entries stand on the card with their licences.
"""

import hashlib
import json
import lzma
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from msgspec import Meta, Struct, ValidationError, convert

from analyzer.errors import ModelError, UnreadableInput, UsageError

Row = dict[str, Any]
CHECKOUT = Path(__file__).resolve().parents[3]
PACKAGED = CHECKOUT / "analyzer" / "models"  # where an installed package has the models; a checkout has none there


class DataMissing(ModelError):
    """A corpus that a recipe or an evaluation needs is not there, or is not the one meant."""


class DataFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One corpus file of a recipe."""

    id: str
    path: str
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    use: Literal["train", "dev", "evaluate"]
    licence: str
    origin: str = ""
    root: Literal["data", "models"] = "data"


class Recipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recipe as written; ``estimator`` and ``preprocessing`` are the module's own settings."""

    name: str
    folder: Path
    version: str
    module: str
    seed: int
    summary: str
    data: tuple[DataFile, ...]
    ci: bool = True
    needs: tuple[str, ...] = ()
    intended_use: str = ""
    out_of_scope: str = ""
    known_failures: str = ""
    preprocessing: Row = {}
    estimator: Row = {}
    expected: dict[str, float] = {}
    tolerance: dict[str, float] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the recipe of a model folder; raises :class:`ModelError` on what is missing or malformed."""
        where = folder / "recipe.toml"
        try:
            raw = tomllib.loads(where.read_text("utf-8"))
            module = str(raw.get("name")).replace("-", "_")
            return convert({"module": module, **raw, "folder": folder}, cls, dec_hook=lambda kind, given: kind(given))
        except OSError as error:
            raise ModelError(
                f"{where}: no recipe there ({error.strerror}); expected models/<name>/recipe.toml."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ModelError(f"{where}: not TOML: {error}") from error
        except ValidationError as error:
            raise ModelError(f"{where}: {error}; analyzer/train/core/recipe.toml shows a recipe.") from error

    def allowed(self, figure: str) -> float:
        """Return how far below the expected value the figure may fall."""
        return self.tolerance.get(figure, self.tolerance.get("default", 0.01))


def recipe_folders(root: Path | None = None) -> dict[str, Path]:
    """Return the model folders that have a recipe, by name (``root``: those of the package or checkout)."""
    found = (root or (PACKAGED if PACKAGED.is_dir() else CHECKOUT / "models")).glob("*/recipe.toml")
    return {path.parent.name: path.parent for path in sorted(found)}


def in_order(root: Path | None = None) -> list[Recipe]:
    """Return every recipe after those it needs, else by name; raises :class:`ModelError` where they need each other."""
    waiting = {name: Recipe.load(folder) for name, folder in recipe_folders(root).items()}
    ordered: list[Recipe] = []
    while waiting:
        ready = next((name for name, recipe in waiting.items() if not waiting.keys() & set(recipe.needs)), None)
        if ready is None:
            raise ModelError(f"the recipes {', '.join(waiting)} need each other in a circle; take a name out of needs.")
        ordered.append(waiting.pop(ready))
    return ordered


def find_recipe(name: str, root: Path | None = None) -> Recipe:
    """Return the recipe of that name; raises :class:`UsageError` that lists the names there are."""
    folders = recipe_folders(root)
    if name not in folders:
        known = ", ".join(folders) or "none: the models/ folder is missing"
        raise UsageError(f"no recipe named {name!r}; there are: {known}.")
    return Recipe.load(folders[name])


def data_root(given: Path | str | None = None) -> Path:
    """Return the data folder: the one given, else ``shared`` beside the checkout; raises where there is none."""
    root = Path(given) if given is not None else CHECKOUT.parent / "shared"
    if not root.is_dir():
        raise DataMissing(
            f"{root}: no data folder there. Say where the corpora are with --data DIR, or measure and train with "
            "labels of your own: docs/labels.md."
        )
    return root


@dataclass(frozen=True)
class Data:
    """The corpora of a recipe, each opened only after its sha256 agrees, and the labels of the user's own.

    ``labels`` are rows in the gold format (:mod:`analyzer.train.labels.passages`); with ``labels_only`` they stand in
    place of the recipe's training passages, else they are added to them. Dev files are never replaced.
    """

    recipe: Recipe
    root: Path | None  # None where there are no corpora, and the user's own labels must do
    labels: tuple[Row, ...] = ()
    labels_only: bool = False

    def path(self, id: str) -> Path:
        """Return the checked path of a data file by its id in the recipe."""
        entry = next((f for f in self.recipe.data if f.id == id), None)
        if entry is None:
            known = ", ".join(f.id for f in self.recipe.data)
            raise ModelError(f"recipe {self.recipe.name!r} names no data {id!r}; it has: {known}.")
        root = self.recipe.folder.parent if entry.root == "models" else self.root
        if root is None:
            raise DataMissing(
                f"recipe {self.recipe.name!r} needs the corpora ({id}), and there is no folder of them here. Say where "
                "with --data DIR. On labels of your own alone only the model `stance` can be trained."
            )
        path = root / entry.path
        check_sha256(path, entry.sha256)
        return path

    def jsonl(self, id: str) -> list[Row]:
        """Return the rows of a JSON Lines file (``.jsonl`` or ``.jsonl.xz``)."""
        return list(read_jsonl(self.path(id)))

    def text(self, id: str) -> str:
        """Return a UTF-8 text file."""
        return self.path(id).read_text("utf-8")

    def passages(self, id: str) -> list[Row]:
        """Return the passages of a training file in the gold format, with the user's own labels beside or instead."""
        own = [dict(row) for row in self.labels]
        return own if self.labels_only else self.jsonl(id) + own


def check_sha256(path: Path, expected: str) -> None:
    """Raise :class:`DataMissing` unless the file is there and is the one meant."""
    try:
        with path.open("rb") as handle:
            met = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise DataMissing(
            f"{path}: data file missing or unreadable ({error.strerror}). Put the corpora there, or say --data DIR."
        ) from error
    if met != expected:
        raise DataMissing(
            f"{path}: sha256 is {met}, the recipe was written for {expected}: another version of the corpus. "
            "Fetch the one meant, or, to train on yours, put its sha256 into recipe.toml."
        )


def read_jsonl(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSON Lines file, plain or ``.xz``; blank lines are skipped."""
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as handle:
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise UnreadableInput(
                        f"{path}:{number}: not JSON ({error}); expected one object a line."
                    ) from error
                if not isinstance(row, dict):
                    raise UnreadableInput(f"{path}:{number}: {type(row).__name__}, expected an object.")
                yield row
    except (OSError, UnicodeDecodeError, lzma.LZMAError, EOFError) as error:
        raise UnreadableInput(f"{path}: cannot be read as JSON Lines in UTF-8 ({error}).") from error


def digest(texts: Iterable[str]) -> str:
    """Return the sha256 of texts, one a line: it tells whether keys to them still mean what they meant."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def check_digest(texts: Iterable[str], stated: str, what: str) -> None:
    """Raise :class:`ModelError` unless the texts are those of which ``what`` states the digest, or how it begins."""
    if not stated or not digest(texts).startswith(stated):
        raise ModelError(
            f"{what}: the sentences read from the corpora are not those that were labelled; expected the same corpora "
            "and the same reading of them (analyzer/train/labels/pool.py). Put these back, or make the labels anew."
        )
