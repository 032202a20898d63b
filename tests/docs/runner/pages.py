"""Runs one page from its top to its end: its servers, commands and programs, and compares what they say."""

from __future__ import annotations

import os
import shlex
import signal
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path

from .blocks import READ, Block, Page
from .output import missing_line, stated_lines
from .postgres import Postgres
from .programs import Program, command_of, programs_of
from .server import ROOT, Ports, Process, program, scratch_copy, start_server
from .shell import Ran, Shell

_BLOCK_LIMIT_SECONDS = 120
_OUTPUT_LIMIT_SECONDS = 40


class PageRun:
    def __init__(self, page: Page, csharp: Future[str | None]) -> None:
        self.page = page
        self.passed = 0
        self.faults: list[str] = []
        self.seconds = 0.0
        self._csharp = csharp
        self._programs = programs_of(page)
        self._terminals: dict[str, Process] = {}
        self._server: Process | None = None
        self._postgres: Postgres | None = None
        self._last = Ran("", None)

    def run(self) -> PageRun:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="syntha-docs-", ignore_cleanup_errors=True) as scratch:
            self._folder = Path(scratch) / "work"
            scratch_copy(self._folder)
            self._ports = Ports()
            self._shell = Shell(self._folder, self._environment())
            try:
                for index, block in enumerate(self.page.steps):
                    self._step(index, block)
            finally:
                self._shell.close()
                for process in [*self._terminals.values(), *([self._server] if self._server else [])]:
                    process.stop()
                if self._postgres:
                    self._postgres.stop()
                self._ports.close()
        self.seconds = time.monotonic() - began
        return self

    def _environment(self) -> dict[str, str]:
        grpc, http = self._ports.map["50051"], self._ports.map["8080"]
        bins = f"{ROOT}/tests/docs/stand-ins:{ROOT}/.tools/node_modules/.bin"
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTHA_", "Storage__"))}
        return own | {
            "TMPDIR": str(self._folder.parent),
            "PATH": f"{bins}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "client/python"),
            "SYNTHA_SERVER": f"http://127.0.0.1:{grpc}",
            "SYNTHA_DOCS_ROOT": str(ROOT), "SYNTHA_DOCS_GRPC": grpc, "SYNTHA_DOCS_HTTP": http, "SYNTHA_DOCS_PROGRAM": str(program()),
            "npm_config_offline": "true", "PIP_NO_INDEX": "1", "DOTNET_NOLOGO": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
        }  # fmt: skip

    def _step(self, index: int, block: Block) -> None:
        if block.language in ("server", "server-stop"):
            self._serve(block)
        elif block.language == "postgres":
            self._postgres = Postgres(self._ports.map["5432"])
            self._shell.export(self._postgres.environment)
        elif "norun" in block.marks:
            pass
        elif block.language == "shell":
            self._command(block)
        elif index in self._programs:
            self._program(self._programs[index], block)
        elif "output" in block.marks and block.language in READ + ("",):
            self._compare(block)

    def _serve(self, block: Block) -> None:
        if self._server:
            self._server.stop(signal.SIGTERM)
            self._server = None
        if block.language == "server":
            folder, environment = self._shell.state()
            environment.pop("SYNTHA_SERVER", None)
            self._server = start_server(shlex.split(self._ports.apply(block.code)), self._ports, self._folder, environment)

    def _command(self, block: Block) -> None:
        code = "\n".join(part for part in (block.before, block.code, block.after) if part)
        code = self._ports.apply(code)
        if "terminal" in block.marks:
            name = block.marks["terminal"]
            folder, environment = self._shell.state()
            self._terminals[name] = process = Process(["bash", "-c", code], folder, environment)
            until = block.marks.get("until")
            ready = until is None or process.wait_for(lambda said: until in said, _BLOCK_LIMIT_SECONDS)
            self._last = Ran(process.output, None if ready else f"the terminal did not say `{until}`")
            self._judge(block, [], ends=False)
            return
        self._last = self._shell.run(code, float(block.marks.get("limit", _BLOCK_LIMIT_SECONDS)))
        self._judge(block, block.expected)

    def _program(self, program: Program, block: Block) -> None:
        if program.language == "csharp" and (said := self._csharp.result()) is not None:
            self._last = Ran("", "the C# programs of the documents do not compile; see above" if said else "not built")
            self._judge(block, [])
            return
        folder, environment = self._shell.state()
        if program.language == "python":
            environment["SYNTHA_SERVER"] = environment.get("SYNTHA_SERVER", "").removeprefix("http://")
        process = Process(command_of(program, self._ports, self._folder), folder, environment)
        until = next((piece.marks["until"] for piece in program.blocks if "until" in piece.marks), None)
        fault = None
        if until is not None:
            if not process.wait_for(lambda said: until in said, _BLOCK_LIMIT_SECONDS):
                fault = f"it did not say `{until}`"
            process.stop(signal.SIGTERM)
        elif not process.ended(_BLOCK_LIMIT_SECONDS):
            fault = f"still running after {_BLOCK_LIMIT_SECONDS} s"
            process.stop(signal.SIGKILL)
        elif process.exit_code != 0:
            fault = f"exit code {process.exit_code}"
        self._last = Ran(process.output, fault)
        self._judge(block, program.expected)

    def _compare(self, block: Block) -> None:
        expected = stated_lines(block.code)
        self._last = Ran(self._last.output, None)  # what ran before was judged when it ran
        if name := block.marks["output"]:
            process = self._terminals[name]
            process.wait_for(lambda said: missing_line(said, expected) is None, _OUTPUT_LIMIT_SECONDS)
            self._last = Ran(process.output, None)
        self._judge(block, expected, ends=False)

    def _judge(self, block: Block, expected: list[str], ends: bool = True) -> None:
        fault = self._last.fault
        if "fails" in block.marks and ends:
            fault = None if fault else "it was to fail, and did not"
        if fault is None and (missing := missing_line(self._last.output, [self._ports.apply(line) for line in expected])) is not None:
            fault = f"its output lacks `{missing}`"
        if fault is None:
            self.passed += 1
        else:
            tail = "\n".join("    " + line for line in self._last.output.splitlines()[-40:])
            self.faults.append(f"{block.place}: {fault}\n{tail}".rstrip())
