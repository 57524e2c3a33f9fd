"""What tests of several rooms share."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer.vocabulary import DEFAULT_ENGINE

from .packaging.building import ROOT, built


@pytest.fixture(autouse=True, scope="session")
def engine_of_the_wheel() -> Iterator[None]:
    """Have the main wheel's engine read where a test asks for none, in clones with the large one's weights, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.pipeline.engines", lambda: (DEFAULT_ENGINE,))
        yield


@pytest.fixture(autouse=True, scope="session")
def heeded_interrupts() -> None:
    """Have the processes of tests heed Ctrl-C also in a shell's background, which ignores it and hands that on."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the package as it stands here."""
    pytest.importorskip("hatchling", reason="hatchling is not installed, so no wheel can be built offline")
    return built(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture
def written_package(tmp_path: Path) -> Callable[[str, str, str, str], Path]:
    """Write a package of one module as if installed in ``tmp_path``: module, source, entry-point group and entry."""

    def write(module: str, source: str, group: str, entry: str) -> Path:
        (tmp_path / f"{module}.py").write_text(source, "utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[{group}]\n{entry}\n", "utf-8")
        return tmp_path

    return write
