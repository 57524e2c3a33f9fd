"""How fast and how flat the readers are: ``python tests/bench/bench_readers.py [SAMPLES]``.

Prints MB/s of CPU time (one process) for dumps and HTML with the plain parsers beside them, and the peak memory for
1,000 and 20,000 pages. SAMPLES is the folder of sample pages (default: ../shared/samples beside the repository).
"""

from __future__ import annotations

import bz2
import html
import lzma
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Run all measurements, or in a child process the one that is named."""
    if len(sys.argv) > 2 and sys.argv[1] == "--pages":
        _pages(Path(sys.argv[2]))
        return
    samples = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "samples"
    packed = samples / "dump" / "enwiki_2016_half_a.xml.bz2"
    xml = bz2.decompress(packed.read_bytes())
    _dump(packed, xml)
    _html(samples)
    _memory(xml)


def _cpu(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the least CPU seconds of some rounds, the first of which also warms caches."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _dump(packed: Path, xml: bytes) -> None:
    import mwparserfromhell

    from analyzer.readers.collections.dump import read_dump, read_pages
    from analyzer.readers.collections.stream import Account
    from analyzer.readers.wikitext.reader import read_wikitext

    size = len(xml) / 1e6
    texts = [page.text or "" for page in read_pages(packed, account=Account())]
    prose = sum(len(text.encode()) for text in texts) / 1e6
    with tempfile.NamedTemporaryFile(suffix=".xml") as plain:
        plain.write(xml)
        plain.flush()
        _tell("dump, .xml.bz2, whole", size / _cpu(lambda: list(read_dump(packed))))
        _tell("dump, .xml, whole", size / _cpu(lambda: list(read_dump(plain.name))))
    _tell("dump, pages only (.bz2)", size / _cpu(lambda: list(read_pages(packed, account=Account()))))
    _tell("wikitext alone", prose / _cpu(lambda: [read_wikitext(text) for text in texts]))
    bare = _cpu(lambda: [mwparserfromhell.parse(text).strip_code() for text in texts], rounds=1)
    _tell("wikitext, bare mwparserfromhell", prose / bare)


def _html(samples: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    from analyzer.readers.html.reader import read_html

    pages = [lzma.decompress(path.read_bytes()).decode() for path in sorted((samples / "html_skin").glob("*.xz"))]
    size = sum(len(page.encode()) for page in pages) / 1e6
    _tell("HTML, 48 skin pages", size / _cpu(lambda: [read_html(page) for page in pages]))
    _tell("HTML, bare lexbor", size / _cpu(lambda: [LexborHTMLParser(page) for page in pages]))
    page = (samples / "html" / "United_States.parsoid.html").read_text("utf-8")
    _tell("HTML, one Parsoid page", len(page.encode()) / 1e6 / _cpu(lambda: read_html(page)))


def _memory(xml: bytes) -> None:
    """Read 1,000 and 20,000 pages made of the sample's, each in a process of its own, and tell the peaks."""
    head, _, rest = xml.decode().partition("<page>")
    pages = [f"<page>{part}" for part in rest.rpartition("</page>")[0].split("<page>")]
    pages = [page for page in pages if len(page) < 20_000 and "#REDIRECT" not in html.unescape(page)]
    with tempfile.TemporaryDirectory() as folder:
        for count in (1000, 20000):
            path = Path(folder) / f"{count}.xml"
            with path.open("w", encoding="utf-8") as out:
                out.write(head)
                for i in range(count):
                    out.write(re.sub(r"<id>\d+</id>", f"<id>{i + 1}</id>", pages[i % len(pages)], count=1))
                    if not pages[i % len(pages)].rstrip().endswith("</page>"):
                        out.write("</page>")
                out.write("</mediawiki>")
            told = subprocess.run(
                [sys.executable, __file__, "--pages", str(path)], check=True, capture_output=True, text=True
            )
            print(told.stdout, end="")
            path.unlink()


def _pages(path: Path) -> None:
    from analyzer.readers.collections.dump import read_dump
    from analyzer.readers.collections.stream import Account

    account = Account()
    begun = time.process_time()
    for _ in read_dump(path, account=account):
        pass
    speed = path.stat().st_size / 1e6 / (time.process_time() - begun)
    # getrusage would tell the peak of the process that started this one, where that was higher.
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024
    print(f"{account.pages:>7} pages: peak {peak:6.1f} MB, {speed:5.2f} MB/s; {account}")


def _tell(what: str, speed: float) -> None:
    print(f"{what:<34} {speed:7.2f} MB/s")


if __name__ == "__main__":
    main()
