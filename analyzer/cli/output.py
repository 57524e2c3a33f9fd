"""Where a command writes, and how it ends: one guard turns every way to fail into a message and an exit code.

Exit codes: 0 nothing at or above ``--fail-at``; 1 something; 2 usage (an unwritable output too); 3 unreadable input;
4 a model problem; 130 interrupted; 141 the reader of the output went away; 143 terminated.
"""

import functools
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, BinaryIO, ParamSpec, TypeVar

import typer

from analyzer.cli import INTERRUPTED, Terminated, ask_to_end
from analyzer.errors import AnalyzerError, AnalyzerWarning, UsageError
from analyzer.messages import shortened

P = ParamSpec("P")
T = TypeVar("T")
JsonText = Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")]
JsonTable = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
OK, FOUND, UNREADABLE, BROKEN_PIPE, TERMINATED = 0, 1, 3, 141, 143
STDIN = "-"
_PLAIN = ("", ".txt", ".text", ".log", ".out")  # endings of files that hold what a terminal shows


def raise_on_signals() -> None:
    """Have SIGINT and SIGTERM end the process in order, so that nothing is left half written."""
    for number, default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is default:
            signal.signal(number, ask_to_end)


def guard(command: Callable[P, int | None]) -> Callable[P, None]:
    """Return the command with every expected failure as one line on standard error and the exit code that fits."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        code = code_of(lambda: command(*args, **kwargs))
        _drop_unwritten()
        raise SystemExit(code)

    return run


def _check_working_directory() -> None:
    """Raise UsageError where the working directory is gone: whatever is named or loaded next would fail over it."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise UsageError("the working directory has been deleted; change to one that exists.") from None


def code_of(call: Callable[[], int | None]) -> int:
    """Return the exit code that a call comes to; what it raises on purpose, and what it warns of, is told."""
    try:
        with _notices_told():
            _check_working_directory()
            code = call() or OK
            if sys.stdout is not None:
                sys.stdout.flush()
        return code
    except AnalyzerError as error:
        tell(str(error))
        return error.exit_code
    except KeyboardInterrupt as stop:
        tell("interrupted")
        eval("None")  # where code of a string was interrupted, Python would end as if nobody had caught it
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except MemoryError:
        tell("there is not enough memory for this. Allow more, take fewer --workers, or split the input.")
        return UsageError.exit_code
    except OSError as error:
        where = f"{error.filename}" if error.filename else "the output cannot be written"
        tell(f"{where}: {error.strerror or error}. Check the place and its permissions.")
        return UsageError.exit_code


@contextmanager
def _notices_told() -> Iterator[None]:
    """Tell the analyzer's own warnings as messages, each once; others are shown as ever."""
    with warnings.catch_warnings():
        shown, told = warnings.showwarning, set[str]()

        def show(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:  # noqa: ANN401
            if not issubclass(category, AnalyzerWarning):
                shown(message, category, *more, **named)
            elif str(message) not in told:
                told.add(str(message))
                tell(str(message))

        warnings.simplefilter("always", AnalyzerWarning)
        warnings.showwarning = show
        yield


def tell(message: str) -> None:
    """Write one line of bounded length to standard error; a name or text in it cannot steer the terminal."""
    from analyzer.report.escape import visible

    if sys.stderr is None:
        return
    message = shortened(message)
    try:
        sys.stderr.write(f"npov: {visible(message)}\n".encode("utf-8", "replace").decode("utf-8"))
        sys.stderr.flush()
    except UnicodeEncodeError:
        sys.stderr.write(f"npov: {message!a}\n")
    except OSError:
        pass


def screen() -> tuple[int, bool]:
    """Return the width of the terminal and whether to use colour, as rich reads them (NO_COLOR, COLUMNS, a pipe)."""
    from rich.console import Console

    console = Console(file=sys.stdout)
    return console.width, console.color_system is not None and not console.no_color


def told_by(out: Path | None, endings: Mapping[str, T], default: T) -> T:
    """Return the format that the ending of ``--out`` tells, else the default one.

    Raises UsageError on an ending that is neither of a format nor of a text.
    """
    ending = out.suffix.lower() if out is not None else ""
    if ending in endings or ending in _PLAIN:
        return endings.get(ending, default)
    known = ", ".join(endings)
    raise UsageError(f"--out {out}: {ending} tells no format; expected {known} or .txt, or --format beside it.")


def as_json(told: Any) -> str:  # noqa: ANN401 - plain data of any shape
    """Return plain data as indented JSON."""
    import json

    return json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n"


def _drop_unwritten() -> None:
    """Point standard output at nothing where it cannot be flushed, so that Python's exit does not complain again."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = None


class Output:
    """Standard output, or a file that is replaced only once all of it is there.

    ``reads`` names what the command reads: none of that is written over. Through a symbolic link its target is written.
    """

    def __init__(self, path: Path | None, *, reads: Iterable[str | Path] = ()) -> None:
        self._path = _followed(path) if path is not None else None
        self._partial: Path | None = None
        self._file: BinaryIO | None = None
        if path is not None and self._path is not None:
            _check_writable(self._path)
            _check_is_no_input(path, self._path, reads)
        elif sys.stdout is None:
            raise UsageError("standard output is closed; name a file with --out.")

    @property
    def is_file(self) -> bool:
        """Whether the output goes to a file."""
        return self._path is not None

    def encoding(self) -> str:
        """Return the encoding that the output is written in."""
        return "utf-8" if self._path is not None else (getattr(sys.stdout, "encoding", None) or "utf-8")

    @property
    def is_ascii(self) -> bool:
        """Whether the output has no encoding for the signs that reports draw with."""
        return not self.encoding().lower().replace("-", "").startswith("utf")

    def write(self, text: str) -> None:
        """Write text: to standard output at once, to a file beside the place where :meth:`close` puts it."""
        if self._path is not None:
            with self._told(self._path):
                (self._file or self._opened(self._path)).write(text.encode("utf-8", "backslashreplace"))
            return
        # What the encoding lacks is shown as an escape; a report in a narrow locale is better than none.
        sys.stdout.write(text.encode(self.encoding(), "backslashreplace").decode(self.encoding()))
        sys.stdout.flush()

    def _opened(self, path: Path) -> BinaryIO:
        """Open the file beside the place; a device or pipe is written to as it is."""
        if path.exists() and not path.is_file():
            self._file = path.open("wb")
        else:
            self._partial = path.with_name(f".{path.name[:40]}.{token_hex(6)}.partial")
            self._file = self._partial.open("xb")
        return self._file

    @contextmanager
    def _told(self, path: Path) -> Iterator[None]:
        """Make a sentence of what goes wrong in writing, and leave nothing half written."""
        try:
            yield
        except OSError as error:
            self._drop()
            raise UsageError(f"cannot write {path}: {error.strerror or error}. Name another file.") from error

    def _drop(self) -> None:
        """Give up what was written beside the place."""
        file, partial, self._file, self._partial = self._file, self._partial, None, None
        with suppress(OSError):  # what is still to be written goes where it went wrong
            if file is not None:
                file.close()
        if partial is not None:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Put the file in its place; where nothing was written, the file stays as it was."""
        if self._path is not None:
            self._put(self._path)

    def keep(self) -> Path | None:
        """Put what was written beside the place of a file, which stays as it was; return where, if there is any."""
        if self._path is None or self._partial is None:
            return None
        beside = self._path.with_name(f"{self._path.name[:60]}.partial")
        self._put(beside)
        return beside

    def _put(self, path: Path) -> None:
        if self._file is None:
            return
        with self._told(path):
            self._file.close()
            if self._partial is not None:
                if path.exists():
                    self._partial.chmod(path.stat().st_mode & 0o7777)
                self._partial.replace(path)


def _followed(path: Path) -> Path:
    """Return what a path leads to: the file itself and not the link is what is written."""
    if not path.is_symlink():
        return path
    try:
        target = path.resolve()
    except (OSError, RuntimeError):  # as older versions of Python tell it
        target = path
    if target.is_symlink():
        raise UsageError(f"--out {path} is a link that leads to itself; name another file.")
    return target


def _check_is_no_input(path: Path, target: Path, reads: Iterable[str | Path]) -> None:
    """Raise UsageError where the file is one of those that are read, by whatever name."""
    if not target.is_file():
        return
    written = target.stat()
    for name in reads:
        with suppress(OSError, ValueError):  # what cannot be read is told of when it is read
            read = os.fstat(0) if str(name) == STDIN else Path(name).stat()
            if os.path.samestat(written, read):
                raise UsageError(f"--out {path} is {name}, which is read and would be lost; name another file.")


def _check_writable(path: Path) -> None:
    """Raise UsageError where the file cannot be written, before any work is done."""
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"--out {path} is a directory; expected the name of a file.")
    if not folder.is_dir():
        raise UsageError(f"--out {path}: there is no directory {folder}; make it first, or name another file.")
    target = path if path.exists() and not path.is_file() else folder
    if not os.access(target, os.W_OK):
        raise UsageError(f"--out {path}: {target} cannot be written to; name another file.")
