"""The same shards on a Dask cluster: a real scheduler and two workers on loopback; the analysis is a stand-in."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from analyzer.batch.cluster import Cluster
from analyzer.batch.compose import Batch
from analyzer.batch.folder import Folder
from analyzer.batch.inputs import Inputs
from analyzer.batch.pool import Pool
from analyzer.batch.work import Settings
from analyzer.errors import UsageError

pytestmark = pytest.mark.integration
distributed = pytest.importorskip("distributed")
SETTINGS = Settings(analyst="stand_in:StandIn", write=("reports",), engine="fast")
PAGE = "<page><title>Page {n}</title><ns>0</ns><id>{n}</id><revision><id>{n}</id><text>{text}</text></revision></page>"


@pytest.fixture(scope="module")
def cluster():
    sys.path.insert(0, str(Path(__file__).parent))
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(host="127.0.0.1", **options) as running:
        yield running
    sys.path.pop(0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    texts = ["DIE" if n == 7 else f"SLEEP 20 The lake {n} is deep." for n in range(120)]
    pages = [PAGE.format(n=n, text=text) for n, text in enumerate(texts)]
    (tmp_path / "wiki.xml").write_text(f"<mediawiki>{''.join(pages)}</mediawiki>")
    return tmp_path / "wiki.xml"


def batch(out: Path, source: Path, staff):
    folder = Folder(out, write=SETTINGS.write)
    return Batch(Inputs((str(source),), without=out), folder, SETTINGS, shard_articles=10).run(staff)


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_cluster_that_loses_a_worker_writes_what_this_machine_writes(cluster, source: Path, tmp_path: Path):
    batch(tmp_path / "here", source, Pool(SETTINGS, 2))
    killed = []

    def kill() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not list((tmp_path / "there").glob("shards/*.json")):
            time.sleep(0.05)
        nanny = next(iter(cluster.workers.values()))
        os.kill(nanny.pid, signal.SIGKILL)
        killed.append(nanny.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    account = batch(tmp_path / "there", source, Cluster(SETTINGS, cluster.scheduler_address))
    killer.join()
    assert killed and account.is_exact and account.rejected == {"the process ended on it": 1}
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_what_is_begun_here_is_ended_on_the_cluster(cluster, source: Path, tmp_path: Path):
    batch(tmp_path / "whole", source, Pool(SETTINGS, 2))
    batch(tmp_path / "part", source, Pool(SETTINGS, 2))
    manifest = tmp_path / "part/manifest.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    for number in (3, 5):
        (tmp_path / f"part/shards/{number:05}.json").unlink()
    batch(tmp_path / "part", source, Cluster(SETTINGS, cluster.scheduler_address))
    assert files(tmp_path / "part") == files(tmp_path / "whole")


def test_a_scheduler_that_does_not_answer_is_refused(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("analyzer.batch.cluster._PATIENCE", "1s")
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        batch(tmp_path / "out", source, Cluster(SETTINGS, "tcp://127.0.0.1:1"))


def test_a_scheduler_without_dask_is_a_usage_error(tmp_path: Path):
    from analyzer.batch import run

    with pytest.raises(UsageError, match="--scheduler"):
        run(["x"], tmp_path / "out", on="dask")
    with pytest.raises(UsageError, match="--scheduler"):
        run(["x"], tmp_path / "out", scheduler="tcp://127.0.0.1:1")
