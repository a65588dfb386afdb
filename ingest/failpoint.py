"""Points where tests can kill a worker."""

import os
import signal

POINTS = ("fetched", "read", "kept", "written", "published")
"""In order: file fetched, package read, files stored, rows written, transaction committed."""


def reached(point: str) -> None:
    """Kill the process, as by `kill -9`, if `SCHOLAGRAPH_FAILPOINT` is this point."""
    if os.environ.get("SCHOLAGRAPH_FAILPOINT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
