"""``python -m analyzer.cli`` is ``npov``."""

from analyzer.cli.app import main

main()
