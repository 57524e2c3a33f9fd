"""Runs examples: a process with the pipelines loaded, which forks one for each page and for each ``npov`` in a shell.

``python runner.py SOCKET`` prints "ready" and serves. A request is one line of JSON with the three standard streams
sent along; the answer is the exit code. So a page's shell lines run in a real shell, with its pipes, patterns and
variables, and no command loads a model anew.
"""

from __future__ import annotations

import doctest
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pages import examples

SHIM = """#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    asked = dict(kind="npov", words=sys.argv[1:], folder=os.getcwd(), variables=dict(os.environ))
    socket.send_fds(server, [b"."], [0, 1, 2])
    server.sendall(json.dumps(asked).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(8) or b"70"))
"""


def main(address: str) -> None:
    """Load what most examples need, then serve until killed."""
    import analyzer
    import analyzer.cli.app
    from analyzer import pipeline

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # so that a batch on all cores starts one worker
    # As in the other tests: the main wheel's best engine reads where an example asks for none.
    pipeline.engines = lambda: (pipeline.DEFAULT_ENGINE,)
    for engine in ("fast", "accurate"):
        analyzer.analyze("A mill.\n\nCritics called the mill old.", pipeline=analyzer.load_pipeline(engine=engine))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                answer(connection)
            connection.close()


def answer(connection: socket.socket) -> None:
    """Do what is asked in this process, tell the exit code, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(connection, 1, 3)
    asked = json.loads(b"".join(iter(lambda: connection.recv(1 << 16), b"")))
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    code = 70
    try:
        code = {"npov": npov, "page": page, "docstrings": docstrings}[asked["kind"]](*asked["words"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(code).encode())
    os._exit(code)


def npov(*words: str) -> int:
    """Run the command."""
    from analyzer.cli.app import app

    app(list(words), prog_name="npov")
    return 0


def page(path: str) -> int:
    """Run the examples of a page, in order: Python in one scope, each shell block in a shell of its own."""
    scope: dict[str, object] = {"__name__": "__main__"}
    for example in examples(Path(path)):
        if not example.is_run:
            continue
        print(f"--- line {example.line}", flush=True)
        if example.language == "python":
            exec(compile("\n" * (example.line - 1) + example.code, path, "exec"), scope)
            sys.stdout.flush()
        elif code := subprocess.run(["bash", "-euo", "pipefail", "-c", example.code]).returncode:
            return code
    return 0


def docstrings() -> int:
    """Run the examples in the docstrings of the public names."""
    import ast

    import analyzer
    from analyzer.annotate import chain

    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told = {name: inspect.getdoc(getattr(analyzer, name)) or "" for name in analyzer.__all__}
    nodes = ast.parse(inspect.getsource(chain)).body
    told["DISPLACY_OPTIONS"] = next(
        after.value.value
        for node, after in pairwise(nodes)
        if isinstance(node, ast.AnnAssign) and node.target.id == "DISPLACY_OPTIONS"
    )
    for name, text in told.items():
        found = finder._parser.get_doctest(text, {"analyzer": analyzer}, name, name, 0)
        runner.run(found)
    print(runner.summarize())
    return int(bool(runner.failures))


def ask(address: str, kind: str, words: list[str], folder: Path, variables: dict[str, str], output: int) -> int:
    """Ask a running server, its output going to an open file; return the exit code."""
    with socket.socket(socket.AF_UNIX) as server, Path(os.devnull).open() as nothing:
        server.connect(address)
        socket.send_fds(server, [b"."], [nothing.fileno(), output, output])
        asked = {"kind": kind, "words": words, "folder": str(folder), "variables": variables}
        server.sendall(json.dumps(asked).encode())
        server.shutdown(socket.SHUT_WR)
        return int(server.recv(8) or b"70")


if __name__ == "__main__":
    main(sys.argv[1])
