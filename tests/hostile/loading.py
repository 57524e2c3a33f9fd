"""The modules that scripts in this folder share with the tests, which import them by path."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = str(Path(__file__).parent)
sys.path.insert(0, _HERE)
try:
    import fuzz
    import soundness
    import targets
finally:
    sys.path.remove(_HERE)

__all__ = ["fuzz", "soundness", "targets"]
