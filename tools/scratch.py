"""Where tests and benchmarks put what they do not keep: in memory, if there is enough of it, for disks take their time."""

import contextlib
import os
import tempfile

MEMORY = "/dev/shm"
MEMORY_NEEDED = 2_000_000_000


def scratch_base() -> str:
    """The folder to make temporary folders in; programs can be run from it."""
    with contextlib.suppress(OSError):
        memory = os.statvfs(MEMORY)
        roomy = memory.f_bavail * memory.f_frsize > MEMORY_NEEDED
        if roomy and os.access(MEMORY, os.W_OK) and not memory.f_flag & os.ST_NOEXEC:
            return MEMORY
    return tempfile.gettempdir()
