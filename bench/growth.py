"""`python -m bench.growth`: growth of the server's latencies with a hundred times the data, side by side."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.data import fill
from bench.load import put_load, warm_up
from bench.queries import OURS, queries
from bench.run import HOME, database, say
from bench.servers import commands, started
from models.postgres.cluster import PostgresCluster

WANTED = 1.2
"""Maximum factor of the median latency."""

NAMES = ("Q1", "Q2", "Q3", "Q4")


def main() -> None:
    """Measure both in turn, a second each, and print the medians over all rounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--scale", type=int, default=100, help="times the standard amount of data")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of load per query and round")
    parser.add_argument("--home", type=Path, default=HOME)
    chosen = parser.parse_args()
    asked = {name: queries()[name][OURS] for name in NAMES}
    with ExitStack() as stack:
        cluster = stack.enter_context(PostgresCluster.start(chosen.home, durable=False, say=say))
        origins = {}
        for scale in (1, chosen.scale):
            url = database(cluster.url, f"bench_{scale}")
            fill(url, scale)
            log = chosen.home / f"growth-{scale}.log"
            server = stack.enter_context(started(OURS, commands()[OURS], url, asked["Q4"], log))
            origins[scale] = server.origin
        latencies: dict[tuple[str, int], list[float]] = {}
        for name, ask in asked.items():
            warm = {scale: warm_up(origin, ask) for scale, origin in origins.items()}
            for turn in range(chosen.rounds):
                for scale in sorted(origins, reverse=bool(turn % 2)):
                    rate = warm[scale].requests / warm[scale].seconds
                    load = put_load(origins[scale], ask, chosen.seconds, rate)
                    latencies.setdefault((name, scale), []).append(load.p50)
    say(f"| Query | p50 ms, x 1 | p50 ms, x {chosen.scale} | growth (at most {WANTED}) |")
    say("| --- | --- | --- | --- |")
    for name in NAMES:
        small, large = (median(latencies[name, scale]) for scale in (1, chosen.scale))
        verdict = "" if large / small <= WANTED else " **missed**"
        say(f"| {name} | {small:.2f} | {large:.2f} | {large / small:.2f}{verdict} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
