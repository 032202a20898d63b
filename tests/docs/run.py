#!/usr/bin/python3
"""Runs every command and every program of the documents, and follows their links. Takes pages as arguments; without any, all of them.

The last line is `N passed, N failed`. README.md beside this file says how a document marks its blocks."""

from __future__ import annotations

import runpy
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from runner.blocks import RUNS, read_page  # noqa: E402
from runner.links import broken_links, unknown_names  # noqa: E402
from runner.pages import PageRun  # noqa: E402
from runner.programs import build_csharp, programs_of  # noqa: E402
from runner.server import ROOT  # noqa: E402

# Blocks that cannot run here, each with its reason in the document. A new one takes a change of this number, and so a second look.
MOST_NOT_RUN = 11
MAP = "docs/architecture.md"
_AT_ONCE = 2


def all_pages() -> list[str]:
    found = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found += [*(ROOT / "client").glob("*/README.md"), *(ROOT / "client/dotnet").glob("*/README.md")]
    return [str(page.relative_to(ROOT)) for page in found]


def main(arguments: list[str]) -> int:
    paths = arguments or all_pages()
    pages = [read_page(ROOT, path) for path in paths]
    passed, faults = 0, broken_links(ROOT, paths)
    faults += [fault for path in paths if path == MAP for fault in unknown_names(ROOT, path)]

    not_run = [block for page in pages for block in page.steps if "norun" in block.marks]
    faults += [f"{block.place}: `norun` takes a reason" for block in not_run if not block.marks["norun"]]
    if len(not_run) > MOST_NOT_RUN:
        faults.append(f"{len(not_run)} blocks do not run, and MOST_NOT_RUN allows {MOST_NOT_RUN}")

    runpy.run_path(str(ROOT / "client/python/stubs.py"))["main"]()
    csharp = [program for page in pages for program in programs_of(page).values() if program.language == "csharp"]
    with ThreadPoolExecutor(_AT_ONCE + 1) as pool:
        built = pool.submit(lambda: build_csharp(csharp) if csharp else None)
        # Pages with C# come last: they wait for the compiler.
        runs = [PageRun(page, built) for page in pages if any(block.language in RUNS for block in page.steps)]
        runs.sort(key=lambda run: any(block.language == "csharp" for block in run.page.steps))
        for run in pool.map(PageRun.run, runs):
            passed += run.passed
            faults += run.faults
            print(f"{'ok     ' if not run.faults else 'FAILED '} {run.page.path} ({run.passed} blocks, {run.seconds:.0f} s)", flush=True)
        if (said := built.result()) is not None:
            faults.append(f"C#: {said}")

    for fault in faults:
        print(f"\n{fault}")
    for block in not_run:
        print(f"not run: {block.place}: {block.marks['norun']}")
    print(f"{passed} passed, {len(faults)} failed")
    return 1 if faults or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
