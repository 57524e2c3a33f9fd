"""What memory this process holds, and how it gives back what it no longer uses."""

import ctypes
import os
import sys
from contextlib import suppress


def give_back() -> None:
    """Give the memory that is free back to the system, where the C library can (glibc; a millisecond).

    It keeps what lies between pieces in use otherwise, and as those never lie twice alike a worker would seem to grow.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library; Windows, which has none of that name
        ctypes.CDLL(None).malloc_trim(0)


def memory_used() -> int:
    """Return the bytes of memory that this process holds; at their most where the system does not tell the present."""
    try:
        with open("/proc/self/statm", "rb") as told:  # noqa: PTH123 - a file that is no file
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
