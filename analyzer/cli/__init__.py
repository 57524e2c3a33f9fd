"""The command line: parse, call, print, exit code; nothing else."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; what ``npov`` calls. Ctrl-C ends it quietly while its modules load, too."""
    try:
        from analyzer.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
