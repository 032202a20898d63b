#!/usr/bin/python3
"""Writes the pages of the documents that are made from the source: calls, errors, options, names. With `--check` it changes nothing, and
fails where a page is not what it would write."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from calls import calls_page  # noqa: E402
from contract import Contract  # noqa: E402
from errors import errors_page  # noqa: E402
from names import names_page  # noqa: E402
from options import options_page  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    contract = Contract.read(ROOT)
    pages = {
        "docs/reference/calls.md": calls_page(contract),
        "docs/errors.md": errors_page(contract),
        "docs/reference/options.md": options_page(ROOT),
        "docs/reference/names.md": names_page(ROOT),
    }
    stale = [path for path, text in pages.items() if not (ROOT / path).exists() or (ROOT / path).read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path} is not what the source says: make reference")
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(pages[path], "utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
