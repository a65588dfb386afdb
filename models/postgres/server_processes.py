"""PostgreSQL processes left by an earlier run, and how they are ended."""

import subprocess
import sys
import time
from contextlib import suppress
from os import kill
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals

PATIENCE: dict[Signals, float] = {SIGINT: 60, SIGQUIT: 10, SIGKILL: 10}
"""Seconds to wait after each signal: a fast shutdown, an immediate one as in a crash, and a kill."""


def command_lines() -> dict[int, str]:
    """Return the command line of each running process by its id; processes not yet reaped have none."""
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
            with suppress(OSError):  # ended in the meantime
                lines[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
    return {pid: line.replace("\0", " ") for pid, line in lines.items() if line}


def servers(name: str) -> list[int]:
    """Return the postmasters of the cluster with `name` as `cluster_name`."""
    return [
        pid
        for pid, line in command_lines().items()
        if "postgres -D " in line and f"--cluster_name={name} " in line
    ]


def processes(name: str) -> list[int]:
    """Return all processes of a cluster: postmasters, and backends, which have its name in their titles."""
    orphans = [pid for pid, line in command_lines().items() if line.startswith(f"postgres: {name}: ")]
    return servers(name) + orphans


def end_processes(name: str) -> None:
    """End all processes of a cluster, gently at first.

    A killed postmaster leaves backends that may finish a long statement before they notice. While one is
    alive, PostgreSQL refuses to start on their data, so they get the signal that a crash would send.
    """
    for signal, seconds in PATIENCE.items():
        # After SIGINT a backend continues, and the checkpointer of PostgreSQL 18 assumes a shutdown.
        running = servers if signal == SIGINT else processes
        for pid in running(name):
            with suppress(ProcessLookupError):
                kill(pid, signal)
        until = time.monotonic() + seconds
        while running(name) and time.monotonic() < until:
            time.sleep(0.02)
