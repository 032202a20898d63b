"""Compares what ran with what the document says about it."""

from __future__ import annotations

import re


def missing_line(output: str, expected: list[str]) -> str | None:
    """The first expected line that the output lacks, in order; None where it has all. `…` stands for any text within a line."""
    rest = iter(output.splitlines())
    for line in expected:
        pattern = re.compile(".*".join(re.escape(part) for part in line.strip().split("…")))
        if not any(pattern.search(said) for said in rest):
            return line
    return None


def stated_lines(block: str) -> list[str]:
    """The lines of an output block that say something: empty ones and a lone `…` do not."""
    return [line for line in block.splitlines() if line.strip(" …")]
