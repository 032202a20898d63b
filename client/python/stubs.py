#!/usr/bin/python3
"""Generates the code that is not kept in the repository: the contract's messages and stubs, in `syntha/v1/` and `syntha/_status_pb2.py`.

It needs protoc 3.21 and its plugin (Debian: protobuf-compiler, protobuf-compiler-grpc, libprotobuf-dev). Their code runs with that version
of the runtime and with every later one so far. It does nothing when the generated code is newer than the contract.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent.parent / "protos"
OWN = HERE / "protos"
TARGET = HERE / "syntha"
MARK = TARGET / "v1" / "__init__.py"


def main() -> None:
    if not CONTRACT.is_dir():
        if MARK.exists():
            return  # A source distribution has the generated code, and no contract.
        sys.exit(f"There is no contract in {CONTRACT}, and no code that was generated from it in {TARGET}.")

    protos = sorted(CONTRACT.glob("syntha/v1/*.proto")) + sorted(OWN.rglob("*.proto"))
    if MARK.exists() and MARK.stat().st_mtime > max(source.stat().st_mtime for source in [*protos, Path(__file__)]):
        return

    plugin = shutil.which("grpc_python_plugin")
    protoc = shutil.which("protoc")
    if protoc is None or plugin is None:
        packages = "protobuf-compiler protobuf-compiler-grpc libprotobuf-dev"
        sys.exit(f"protoc or grpc_python_plugin is missing. On Debian: apt install {packages}")

    shutil.rmtree(MARK.parent, ignore_errors=True)
    generate = [protoc, f"--proto_path={CONTRACT}", f"--proto_path={OWN}", f"--python_out={HERE}", f"--pyi_out={HERE}"]
    stubs = [f"--plugin=protoc-gen-grpc_python={plugin}", f"--grpc_python_out={HERE}"]
    services = [proto for proto in protos if "\nservice " in proto.read_text("utf-8")]
    subprocess.run([*generate, *map(str, protos)], check=True)
    subprocess.run([protoc, f"--proto_path={CONTRACT}", *stubs, *map(str, services)], check=True)
    MARK.write_text('"""Generated from the contract: see stubs.py."""\n', "utf-8")


if __name__ == "__main__":
    main()
