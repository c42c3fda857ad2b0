# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: everything that must agree is checked, then the commit is tagged. Standard library only."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from typing import Final

from .environments import ROOT

HEADING: Final = re.compile(r"^## (?P<version>\d+\.\d+\.\d+)(?: · (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
"""Of a version in CHANGELOG.md."""


def main() -> int:
    """Check, and tag unless only the check is wanted; the exit status is 0 when a release can be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="say what is missing, and tag nothing")
    options = parser.parse_args()
    found = version()
    faults = [*faults_of(found, changelog()), *_faults_of_checkout(found)]
    for fault in faults:
        print(f"× {fault}", file=sys.stderr)
    if faults:
        return 1
    if not options.check:
        message = f"Parlance {found}\n\n{notes(found, changelog())}"
        whole = "--cleanup=whitespace"  # by default git takes headings for comments, and leaves them out
        subprocess.run(["git", "tag", "-a", whole, f"v{found}", "-m", message], cwd=ROOT, check=True)
        print(f"v{found} is tagged; python build.py package makes its zips.")
    return 0


def version() -> str:
    """The version in Blender's manifest, which everything else reads."""
    return str(tomllib.loads((ROOT / "blender_manifest.toml").read_text())["version"])


def changelog() -> str:
    """What CHANGELOG.md says."""
    return (ROOT / "CHANGELOG.md").read_text()


def faults_of(found: str, changes: str) -> list[str]:
    """What of the change log does not fit a version, a sentence each."""
    heading = HEADING.search(changes)
    if heading is None or heading["version"] != found:
        return [f"CHANGELOG.md does not begin with “## {found} · YYYY-MM-DD”."]
    faults = [] if heading["date"] else [f"CHANGELOG.md gives no date for {found}."]
    if "## Unreleased" in changes[: heading.start()]:
        faults.append("CHANGELOG.md still has changes under “Unreleased”.")
    return faults if notes(found, changes) else [*faults, f"CHANGELOG.md says nothing about {found}."]


def notes(found: str, changes: str) -> str:
    """The part of the change log about a version."""
    headings = [*HEADING.finditer(changes)]
    for number, heading in enumerate(headings):
        if heading["version"] == found:
            end = headings[number + 1].start() if number + 1 < len(headings) else len(changes)
            return changes[heading.end() : end].strip()
    return ""


def _faults_of_checkout(found: str) -> list[str]:
    faults = []
    if _git("status", "--porcelain"):
        faults.append("There are changes that are not committed.")
    if _git("tag", "--list", f"v{found}"):
        faults.append(f"v{found} is tagged already; raise the version in blender_manifest.toml.")
    return faults


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
