"""PostgreSQL's processes that an earlier run left behind, and their end."""

import subprocess
import sys
import time
from contextlib import suppress
from os import kill
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals

PATIENCE: dict[Signals, float] = {SIGINT: 60, SIGQUIT: 10, SIGKILL: 10}
"""Seconds to wait after each signal: a shutdown, an end as in a crash, and the kernel's way."""


def command_lines() -> dict[int, str]:
    """The command line of each running process, by its id; one that has ended but is not reaped has none."""
    if sys.platform != "linux":
        printed = subprocess.run(
            ["ps", "-axww", "-o", "pid=,command="],
            capture_output=True,
            text=True,
            errors="replace",
            check=True,
        )
        rows = (line.split(maxsplit=1) for line in printed.stdout.splitlines())
        return {int(row[0]): row[1] for row in rows if len(row) == 2}
    lines = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # ended meanwhile
                lines[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
    return {pid: line.replace("\0", " ") for pid, line in lines.items() if line}


def servers(name: str) -> list[int]:
    """The postmasters of the cluster called `name` (PostgreSQL's `cluster_name`)."""
    return [
        pid
        for pid, line in command_lines().items()
        if "postgres -D " in line and f"--cluster_name={name} " in line
    ]


def processes(name: str) -> list[int]:
    """All processes of a cluster: postmasters, and backends, which carry its name in their titles."""
    orphans = [pid for pid, line in command_lines().items() if line.startswith(f"postgres: {name}: ")]
    return servers(name) + orphans


def end_processes(name: str) -> None:
    """End all that runs of a cluster, gently at first.

    A postmaster killed outright leaves backends that may finish a long statement before they notice: while
    one lives, PostgreSQL refuses to start on their data. They get the signal that a crash would send them.
    """
    for signal, seconds in PATIENCE.items():
        # SIGINT would have a backend go on, and the checkpointer of PostgreSQL 18 believe in a shutdown
        running = servers if signal == SIGINT else processes
        for pid in running(name):
            with suppress(ProcessLookupError):
                kill(pid, signal)
        until = time.monotonic() + seconds
        while running(name) and time.monotonic() < until:
            time.sleep(0.02)
