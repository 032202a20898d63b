"""A shell for one page. Its blocks run in it one after the other, so that what one exports the next one has."""

from __future__ import annotations

import os
import queue
import shlex
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Ran:
    output: str
    fault: str | None  # why it counts as failed


class Shell:
    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._files = folder.parent / f"{folder.name}.blocks"
        self._files.mkdir()
        self._folder = folder
        self._environment = environment
        self._count = 0
        self._start()

    def _start(self) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=self._folder, env=self._environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )  # fmt: skip
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(self._bash,), daemon=True).start()

    def _read(self, bash: subprocess.Popen[str]) -> None:
        assert bash.stdout is not None
        for line in bash.stdout:
            self._said.put(line.strip())
        self._said.put("ended")

    def run(self, code: str, limit: float) -> Ran:
        """Runs the block. It fails when one of its commands does, not only the last one."""
        self._count += 1
        script, output, faults = (self._files / f"{self._count}.{kind}" for kind in ("sh", "out", "faults"))
        script.write_text(code + "\n", "utf-8")
        faults.write_text("", "utf-8")
        assert self._bash.stdin is not None
        self._bash.stdin.write(
            f"set -E -o pipefail; trap 'echo \"line $LINENO: $BASH_COMMAND (exit code $?)\" >>{faults}' ERR\n"
            f". {script} >{output} 2>&1 </dev/null\ntrap - ERR; set +E +o pipefail; echo done\n"
        )
        try:
            said = self._said.get(timeout=limit)
        except queue.Empty:
            said = f"still running after {limit:.0f} s"
        text = output.read_text("utf-8", "replace") if output.exists() else ""
        if said != "done":
            self.close()
            self._start()
            return Ran(text, f"the shell {said}" if said == "ended" else said)
        return Ran(text, faults.read_text("utf-8").strip().splitlines()[0] if faults.stat().st_size else None)

    def export(self, variables: dict[str, str]) -> None:
        self.run("\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items()), 10)

    def state(self) -> tuple[Path, dict[str, str]]:
        """The folder and the environment in which the next command would run."""
        where = self._files / "state"
        self.run(f"pwd >{where}.folder; env -0 >{where}.environment", 10)
        pairs = (where.with_suffix(".environment")).read_text("utf-8").split("\0")
        return Path(where.with_suffix(".folder").read_text("utf-8").strip()), dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def close(self) -> None:
        try:
            os.killpg(self._bash.pid, 9)
        except ProcessLookupError:
            pass
        self._bash.wait()
