"""What is in force and why: settings from a file, from variables and from flags; a later one overrules an earlier one.

The file is ``npov.toml``, or ``pyproject.toml`` with a table ``[tool.npov]``, in the working directory or the nearest
folder above it that has one, up to a repository's root. A setting has one name everywhere: ``min_confidence`` in the
file, ``NPOV_MIN_CONFIDENCE``, ``--min-confidence``. Commands declare variable and flag; here the file is read.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typer
from typer.core import TyperCommand

from analyzer.cli.output import code_of
from analyzer.errors import UsageError, nearest
from analyzer.vocabulary import ENGINES, LIKELY_ATTRIBUTION, THRESHOLD

OWN, SHARED = "npov.toml", "pyproject.toml"
_ROOTS = (".git", ".hg")  # what the root of a repository holds


class Setting(NamedTuple):
    """A setting: what a file may give (a test of it, and that in words), and what is in force without it."""

    fits: Callable[[Any], bool]
    expected: str
    default: str


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_SHARE = (_is_share, "a number from 0 to 1")
_FILE = (_is_text, "the name of a file in quotation marks")
_ISSUES = (_are_texts, 'a list of issues or families, such as ["balance", "promotion.advert"]')
SETTINGS: dict[str, Setting] = {
    "engine": Setting(lambda value: value in ENGINES, f"one of {', '.join(ENGINES)}", "the best; npov batch: accurate"),
    "model": Setting(_is_text, "the name or path of a spaCy pipeline", "the small English one"),
    "min_confidence": Setting(*_SHARE, f"{LIKELY_ATTRIBUTION}"),
    "gazetteer": Setting(*_FILE, "none"),
    "sources": Setting(*_FILE, "none"),
    "lexicons": Setting(_are_texts, 'a list of files, such as ["words.tsv"]', "none"),
    "issues": Setting(*_ISSUES, "all"),
    "ignore": Setting(*_ISSUES, "none"),
    "thresholds": Setting(
        lambda value: isinstance(value, dict),
        'a table of issues or families with a number from 0 to 1, such as {"promotion.advert" = 0.7}',
        f"{THRESHOLD} for every issue",
    ),
    "fail_at": Setting(*_SHARE, "none"),
    "workers": Setting(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "a whole number from 1 on",
        "1; npov batch: one a core",
    ),
}


class Asked(NamedTuple):
    """Which file the user wants to be read: this one, none, or the one that is found."""

    file: Path | None = None
    isolated: bool = False


class Origin(NamedTuple):
    """Where the value of a setting is from."""

    kind: Literal["flag", "variable", "file", "default"]
    where: str  # --engine, NPOV_ENGINE, "npov.toml, line 3", "default"


@dataclass(frozen=True)
class InForce:
    """The file that was read, one beside it that was not, and the origin of each setting of a command."""

    file: Path | None = None
    passed_over: Path | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)


class Configured(TyperCommand):
    """A command whose settings may come from a file, too."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own context, which is not public by one name
        """Fill in what a file gives where neither a flag nor a variable does, and run the command."""
        if code := code_of(lambda: configure(ctx)):
            raise SystemExit(code)
        return super().invoke(ctx)


def configure(context: typer.Context) -> None:
    """Fill a command's parameters from the file; ``context.obj`` becomes what is in force."""
    asked = context.obj if isinstance(context.obj, Asked) else Asked()
    file = read(asked)
    origins = {name: _origin(context, name, file) for name in SETTINGS if name in context.params}
    for name, origin in origins.items():
        if origin.kind == "file" and file is not None:
            context.params[name] = file.parameter(name)
        check = _CHECKED.get(name)
        if check is not None and context.params[name]:
            check(context.params[name], name, origin, file)
    context.obj = InForce(file.path if file else None, file.passed_over if file else None, origins)


def _origin(context: typer.Context, name: str, file: "File | None") -> Origin:
    source = context.get_parameter_source(name)
    kind = source.name if source is not None else "DEFAULT"
    if kind == "COMMANDLINE":
        return Origin("flag", f"--{name.replace('_', '-')}")
    if kind == "ENVIRONMENT":
        return Origin("variable", f"NPOV_{name.upper()}")
    if file is not None and name in file.table:
        return Origin("file", file.where(name))
    return Origin("default", "default")


@dataclass(frozen=True)
class File:
    """A file of settings that has been read; ``prefix`` leads to their table."""

    path: Path
    text: str
    table: dict[str, Any]
    prefix: tuple[str, ...]
    passed_over: Path | None = None

    def where(self, *keys: str) -> str:
        """Return the place of a key for people: the file, and the line where it can be told."""
        line = line_of(self.text, (*self.prefix, *keys))
        return shown(self.path) + (f", line {line}" if line else "")

    def check(self) -> None:
        """Raise UsageError on the first key that is none, or whose value does not fit."""
        for name, value in self.table.items():
            if name not in SETTINGS:
                what = f"{self.where(name)}: there is no setting {name!r}; expected one of {', '.join(SETTINGS)}."
                raise UsageError(what + nearest(name, SETTINGS))
            setting = SETTINGS[name]
            if not setting.fits(value):
                near = nearest(value, ENGINES) if name == "engine" and isinstance(value, str) else ""
                met = f"{self.where(name)}: {name} is {_as_toml(value)}"
                raise UsageError(f"{met}; expected {setting.expected}.{near}")
            for issue, score in value.items() if isinstance(value, dict) else ():
                if not _is_share(score):
                    met = f"{self.where(name, issue)}: the threshold of {issue} is {_as_toml(score)}"
                    raise UsageError(f"{met}; expected {_SHARE[1]}.")
            for path in self._files(name):
                if not path.is_file():
                    raise UsageError(
                        f"{self.where(name)}: {name} names {shown(path)}, where there is no file; expected one. Paths "
                        "count from the folder of the configuration."
                    )

    def _files(self, name: str) -> list[Path]:
        """Return the files that a setting names, from the folder of this file."""
        value = self.table[name]
        named = {"gazetteer": [value], "sources": [value], "lexicons": value}.get(name, [])
        return [self.path.parent / Path(each).expanduser() for each in named]

    def parameter(self, name: str) -> Any:  # noqa: ANN401 - what a command takes
        """Return a setting as its flag would give it."""
        value = self.table[name]
        if name == "model" and ("/" in value or "\\" in value):
            return str(self.path.parent / Path(value).expanduser())
        if name == "lexicons":
            return self._files(name)
        if name in ("gazetteer", "sources"):
            return self._files(name)[0]
        if name in ("issues", "ignore"):
            return ",".join(value)
        if name == "thresholds":
            return ",".join(f"{issue}={score!r}" for issue, score in value.items())
        return float(value) if name in ("min_confidence", "fail_at") else value


def read(asked: Asked) -> File | None:
    """Return the file that is asked for, or the nearest one; raises UsageError where it makes no sense."""
    file = None
    if asked.file is not None:
        file = _settings_of(asked.file)
        if file is None:
            raise UsageError(f"--config {asked.file}: it has no table [tool.npov]; expected one. Name another file.")
    elif not asked.isolated:
        file = next(_found(), None)
    if file is not None:
        file.check()
    return file


def _found() -> Iterator[File]:
    """Yield the files of settings in the working directory and above, the nearest first."""
    try:
        here = Path.cwd()
    except OSError:  # it has been deleted
        return
    for folder in (here, *here.parents):
        own, shared = folder / OWN, folder / SHARED
        for path in filter(Path.is_file, (own, shared)):
            file = _settings_of(path, passed_over=shared if path is own and shared.is_file() else None)
            if file is not None:
                yield file
        if any((folder / root).exists() for root in _ROOTS):
            return


def _settings_of(path: Path, passed_over: Path | None = None) -> File | None:
    """Return a file's settings; None for a pyproject.toml without any."""
    import tomllib

    try:
        data = path.read_bytes()
        if path.name == SHARED and b"npov" not in data:
            return None
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be read ({error.strerror}); expected settings in TOML.") from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and TOMLDecodeError, too
        raise UsageError(f'{shown(path)}: is no TOML ({error}); expected settings such as engine = "fast".') from error
    prefix = ("tool", "npov") if path.name == SHARED else ()
    for key in prefix:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    if prefix and not (isinstance(table, dict) and table):
        return None
    if passed_over is not None and _settings_of(passed_over) is None:
        passed_over = None
    return File(path, text, table, prefix, passed_over)


def line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """Return the line on which a key of a TOML text is given, from 1; None where it cannot be told.

    It is the first line with the key's name at whose end, or that of the value that begins there, the text so far has
    the key: so the parser decides, and a comment or a string that looks like a key does not deceive.
    """
    import tomllib

    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if keys[-1] not in line:
            continue
        for end in range(number, len(lines) + 1):
            try:
                table: Any = tomllib.loads("\n".join(lines[:end]))
            except tomllib.TOMLDecodeError:
                continue
            for key in keys:
                table = table.get(key) if isinstance(table, dict) else None
            if table is not None:
                return number
            break
    return None


def shown(path: Path) -> str:
    """Return a path as people call it: from the working directory where it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _as_toml(value: object) -> str:
    """Return a value as one would write it in TOML, clipped."""
    told = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return told if len(told) <= 60 else f"{told[:60]}..."


def names_of(text: str | None) -> tuple[str, ...] | None:
    """Return issues and families that commas part; None where nothing is given."""
    return None if text is None else tuple(word.strip() for word in text.split(",") if word.strip())


def scores_of(text: str | None) -> dict[str, float]:
    """Return scores by issue or family from ``promotion.advert=0.7,balance=0.6``; raises UsageError on others."""
    found: dict[str, float] = {}
    for part in names_of(text) or ():
        name, _, score = part.partition("=")
        try:
            found[name.strip()] = float(score)
        except ValueError:
            raise UsageError(f"met {part!r}; expected ISSUE=SCORE, such as promotion.advert=0.7.") from None
    return found


def _check_names(text: str, name: str, origin: Origin, file: File | None) -> None:
    from analyzer.issues import check_names

    with _placed(origin, name):
        check_names(names_of(text) or ())


def _check_scores(text: str, name: str, origin: Origin, file: File | None) -> None:
    from analyzer.issues import chosen

    with _placed(origin, name):
        scores = scores_of(text)
    for issue, score in scores.items():
        place = Origin("file", file.where(name, issue)) if file is not None and origin.kind == "file" else origin
        with _placed(place, name):
            chosen(thresholds={issue: score})


@contextmanager
def _placed(origin: Origin, name: str) -> Iterator[None]:
    """Put where a setting is from before what is wrong with it."""
    try:
        yield
    except UsageError as error:
        what = f"{name}: " if origin.kind == "file" else ""
        raise UsageError(f"{origin.where}: {what}{error}") from None


_CHECKED = {"issues": _check_names, "ignore": _check_names, "thresholds": _check_scores}
