"""``python -m analyzer.cli`` is ``npov``."""

from analyzer.cli import main

main()
