"""Fuzzes a target by atheris (libFuzzer), which finds its way by the code that a case reaches; a second opinion.

    python tests/hostile/with_atheris.py wikitext -max_total_time=600 -timeout=10

atheris has wheels for Linux alone and is installed by whoever wants it. Without a name each target is told. What breaks
one lands in ``tests/hostile/found`` and is a case from then on; options are libFuzzer's.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Fuzz the target named first until it breaks or the time is over."""
    import atheris

    with atheris.instrument_imports(include=["analyzer"]):
        from targets import TARGETS, seed_of
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"expected one of {', '.join(TARGETS)}")
    name, *options = sys.argv[1:]
    slug = name.replace(" ", "-")
    TARGETS[name](seed_of(name))
    found = f"-artifact_prefix={HERE / 'found' / slug}-"
    atheris.Setup([sys.argv[0], found, "-max_len=400", "-len_control=0", *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
