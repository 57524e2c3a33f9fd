"""The same shards on a Dask cluster: a real scheduler and two workers on loopback; the analysis is a stand-in."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analyzer.batch.cluster import Cluster
from analyzer.batch.compose import Batch
from analyzer.batch.folder import Folder
from analyzer.batch.inputs import Inputs
from analyzer.batch.pool import Pool
from analyzer.batch.work import Settings
from analyzer.errors import AnalyzerError, UsageError

pytestmark = pytest.mark.integration
distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
SETTINGS = Settings(analyst="stand_in:StandIn", write=("reports",), engine="fast")
PAGE = "<page><title>Page {n}</title><ns>0</ns><id>{n}</id><revision><id>{n}</id><text>{text}</text></revision></page>"


@pytest.fixture(scope="module")
def cluster():
    sys.path.insert(0, str(Path(__file__).parent))
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    # A local cluster gives up a worker that is away, on its way back or not, so long after any of its deaths.
    patient = dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"})
    with patient, distributed.LocalCluster(host="127.0.0.1", **options) as running:
        yield running
    sys.path.pop(0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    texts = ["DIE" if n == 7 else f"SLEEP 15 The lake {n} is deep." for n in range(350)]
    pages = [PAGE.format(n=n, text=text) for n, text in enumerate(texts)]
    (tmp_path / "wiki.xml").write_text(f"<mediawiki>{''.join(pages)}</mediawiki>")
    return tmp_path / "wiki.xml"


def batch(out: Path, source: Path, staff, progress=None):
    folder = Folder(out, write=SETTINGS.write)
    work = Batch(Inputs((str(source),), without=out), folder, SETTINGS, shard_articles=5)
    return work.run(staff, progress=progress)


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_cluster_that_loses_a_worker_20_times_writes_what_this_machine_writes(
    cluster, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A worker, either, is killed at a random moment after every third of 70 tasks, and comes back each time."""
    monkeypatch.setattr("analyzer.batch.compose._EVERY", 0.0)
    here = batch(tmp_path / "here", source, Pool(SETTINGS, 2))
    chance, killed = random.Random(5), []

    def kill(progress) -> None:
        done = progress.account.reported + sum(progress.account.rejected.values())
        if progress.event != "progress" or len(killed) == 20 or done < 15 * (len(killed) + 1):
            return
        time.sleep(chance.uniform(0, 0.08))
        while not (running := [nanny for nanny in cluster.workers.values() if nanny.process.status.name == "running"]):
            time.sleep(0.01)  # Dask gives a worker up that dies while it starts
        nanny = chance.choice(running)
        os.kill(nanny.pid, signal.SIGKILL)
        killed.append(nanny.pid)

    account = batch(tmp_path / "there", source, Cluster(SETTINGS, cluster.scheduler_address), kill)
    assert len(set(killed)) == 20
    assert account == here and account.is_exact and account.rejected == {"the process ended on it": 1}
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_a_scheduler_that_goes_away_costs_no_article_and_what_is_done_is_kept(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("analyzer.batch.compose._EVERY", 0.0)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    impatient = dask.config.set({"distributed.comm.timeouts.connect": "2s"})
    with impatient, distributed.LocalCluster(host="127.0.0.1", **options) as running:

        def leave(progress) -> None:
            if progress.shards == 3:
                running.close()

        with pytest.raises(AnalyzerError, match=r"the cluster at tcp:.* fails .*the same command goes on"):
            batch(tmp_path / "part", source, Cluster(SETTINGS, running.scheduler_address), leave)
    begun = files(tmp_path / "part")
    batch(tmp_path / "part", source, Pool(SETTINGS, 2))
    batch(tmp_path / "whole", source, Pool(SETTINGS, 2))
    assert len(begun) > 6 and files(tmp_path / "part") == files(tmp_path / "whole")


def test_a_scheduler_that_lacks_the_package_is_told(source: Path, tmp_path: Path):
    (tmp_path / "analyzer.py").write_text("raise ImportError('no analyzer here')")
    told = tmp_path / "scheduler.json"
    command = [sys.executable, "-P", "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    command += ["--no-dashboard", "--scheduler-file", str(told)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(tmp_path)}, stderr=subprocess.DEVNULL) as other:
        try:
            deadline = time.monotonic() + 60
            while not told.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            address = json.loads(told.read_text())["address"]
            with pytest.raises(AnalyzerError, match=r"fails .* have the same npov-analyzer"):
                batch(tmp_path / "out", source, Cluster(SETTINGS, address))
        finally:
            other.kill()


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
    with pytest.raises(UsageError, match="--workers"):
        run(["x"], tmp_path / "out", on="dask", scheduler="tcp://127.0.0.1:1", workers=2)
