"""What runs beside the application: PostgreSQL, which is started again."""

import os
import signal
import time
from pathlib import Path

from models.postgres.cluster import PostgresCluster
from serving.server import watched
from settings.environment import settings


def test_postgresql_is_started_again_however_often_that_fails(tmp_path: Path) -> None:
    said = list[str]()
    with PostgresCluster.temporary(settings().postgres) as cluster, watched(cluster, said.append):
        control = cluster.data / "global" / "pg_control"
        aside = control.rename(cluster.data / "aside")
        process = cluster._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        until = time.monotonic() + 60
        while not said and time.monotonic() < until:
            time.sleep(0.05)
        aside.rename(control)
        while said[-1:] != ["PostgreSQL had ended and was started again."] and time.monotonic() < until:
            time.sleep(0.05)
        assert cluster.alive
    assert len(said) == 2
    assert said[0].startswith("PostgreSQL had ended and cannot be started: PostgreSQL ended at its start.")
