"""Writes `web/cdn.json`: the hashes by which a browser checks GraphiQL's files from the CDN.

The hashes are computed from the packages of the npm registry, whose files the CDN serves unchanged:

    python scripts/cdn_integrity.py

GraphiQL 4 and React 18 are the last versions with scripts for a page without a build.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

WEB = Path(__file__).parents[1] / "web"
TARBALLS = WEB / "node_modules" / ".cdn"
FILES = {
    "react@18.3.1": ["umd/react.production.min.js"],
    "react-dom@18.3.1": ["umd/react-dom.production.min.js"],
    "graphiql@4.1.2": ["dist/index.umd.js", "dist/style.css"],
}


def integrity(package: str, file: str) -> str:
    """Return the Subresource Integrity value of a file in a downloaded package, `name@version`."""
    with tarfile.open(TARBALLS / f"{package.replace('@', '-')}.tgz") as archive:
        member = archive.extractfile(f"package/{file}")
        if member is None:
            raise FileNotFoundError(f"{package} holds no {file}")
        return "sha384-" + base64.b64encode(hashlib.sha384(member.read()).digest()).decode()


def main() -> None:
    """Download each package and write the hashes, in the order in which a page loads the files."""
    TARBALLS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "pack", "--silent", "--pack-destination", TARBALLS, *FILES], check=True, cwd=WEB)
    hashes = {f"{package}/{file}": integrity(package, file) for package in FILES for file in FILES[package]}
    (WEB / "cdn.json").write_text(json.dumps(hashes, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
