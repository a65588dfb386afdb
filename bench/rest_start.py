"""Cost of REST documents at a start: `python -m bench.rest_start` compares 600 generated ones with none."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

COUNT = 600
DOCUMENT = """
"Read one course."
query bench_{0}($id: ID!) @http(method: GET, path: "/api/part{1}/{{id}}/{0}") {{
  course(id: $id) {{ id title }}
}}
"""
HEAD = "method\tpath\tpurpose\tstate\tsource\n"


def written(folder: Path, count: int) -> Path:
    """A platform's folder with so many documents, ten to a file."""
    rows = [HEAD]
    for number in range(count):
        part = number // 10
        with (folder / f"part{part}.graphql").open("a") as file:
            file.write(DOCUMENT.format(number, part))
        rows.append(f"GET\t/api/part{part}/{{id}}/{number}\tread\tserved\tbench\n")
    (folder / "routes.tsv").write_text("".join(rows))
    return folder


def measure(folder: Path) -> dict[str, float]:
    """Seconds of CPU and bytes of memory that the routes of a validated folder take at a start."""
    import resource
    from time import process_time

    from graph.declaring.schema import public_schema
    from rest import platform, route, validated
    from rest.dialect import Dialect
    from rest.in_process import execute_in_process

    class Bench(platform.Platform):
        @property
        def folder(self) -> Path:
            return folder

    held = validated.hash_of(folder)
    vars(route)["is_validated"] = lambda each: validated.hash_of(each) == held
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
    kept = route.routes(
        public_schema, execute_in_process, platforms=[Bench("bench", "Bench", "/api", "", Dialect())]
    )
    seconds = process_time() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert kept  # noqa: S101
    return {"seconds": seconds, "kilobytes": after - before}


def main() -> None:
    """Print what 600 documents cost more than none, each in a process of its own."""
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))))
        return
    found = {}
    for count in (0, COUNT):
        with TemporaryDirectory() as folder:
            written(Path(folder), count)
            command = [sys.executable, "-m", "bench.rest_start", folder]
            found[count] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    seconds = found[COUNT]["seconds"] - found[0]["seconds"]
    kilobytes = found[COUNT]["kilobytes"] - found[0]["kilobytes"]
    sys.stdout.write(f"{COUNT} documents: {seconds:.3f} s and {kilobytes / 1024:.1f} MB more than none\n")


if __name__ == "__main__":
    main()
