"""Reads a document: its fenced blocks, and the comments that say how each of them is run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

# The languages that run. A block in one of them runs or says why it does not.
RUNS = ("shell", "csharp", "js", "python", "ruby")
# Blocks of these are read by people, or by other tests: the nginx configuration runs in tests/python. `text` and `json` may state the
# output of what ran before.
READ = ("text", "json", "mermaid", "xml", "html", "proto", "nginx")

_FENCE = re.compile(r"^```(\S*)\s*$")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_EXPECTED = re.compile(r"(?:#|//) → (.*)$")
_WORDS = ("server", "server-stop", "postgres", "norun", "continues", "fails", "terminal", "until", "before", "after", "output", "limit")


class DocumentError(Exception):
    """A document that the runner cannot read. The text names file and line."""


@dataclass
class Block:
    page: str
    line: int  # of its first line of code
    language: str
    code: str
    marks: dict[str, str] = field(default_factory=dict)
    before: str = ""  # code that readers do not see
    after: str = ""

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def expected(self) -> list[str]:
        """What comments of the form `# → text` state, in order."""
        return [match[1].strip() for line in self.code.splitlines() if (match := _EXPECTED.search(line))]


@dataclass
class Page:
    path: str
    steps: list[Block]  # in order; a block of the language `server` starts or stops the server


def read_page(root: Path, path: str) -> Page:
    lines = (root / path).read_text("utf-8").splitlines()
    steps: list[Block] = []
    marks: dict[str, str] = {}
    before = ""
    index = 0
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        if fence:
            start, index = index + 1, index + 1
            while index < len(lines) and lines[index] != "```":
                index += 1
            block = Block(path, start + 1, fence[1], "\n".join(lines[start:index]), marks, before)
            if block.language and block.language not in RUNS + READ:
                raise DocumentError(f"{block.place}: the runner knows no language `{block.language}`; use one of {', '.join(RUNS + READ)}")
            steps.append(block)
            marks, before = {}, ""
        elif lines[index].startswith("<!--"):
            start = index
            while "-->" not in lines[index]:
                index += 1
            said = _COMMENT.search("\n".join(lines[start : index + 1]))
            assert said is not None
            word, _, rest = said[1].strip().partition("\n" if "\n" in said[1].strip() else " ")
            word, _, argument = word.strip().rstrip(":").partition(" ")
            word, rest = word.rstrip(":"), (rest if "\n" in said[1].strip() else argument + rest)
            if word not in _WORDS:
                pass  # a comment for people
            elif word in ("server", "server-stop", "postgres"):
                steps.append(Block(path, start + 1, word, rest.strip()))
            elif word == "before":
                before = rest
            elif word == "after":
                steps[-1].after = rest
            else:
                marks[word] = rest.strip()
        index += 1
    return Page(path, steps)
