"""``python -m analyzer`` is ``npov``."""

from analyzer.cli import main

if __name__ == "__main__":
    main()
