"""Places at which a worker can be made to die, for tests of what is left then."""

import os
import signal

POINTS = ("fetched", "read", "kept", "written", "published")
"""In their order: the file is here, it is read, its files are kept, its rows are written, and committed."""


def reached(point: str) -> None:
    """Die at once, as by `kill -9`, where `SCHOLAGRAPH_FAILPOINT` names this place."""
    if os.environ.get("SCHOLAGRAPH_FAILPOINT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
