#!/usr/bin/python3
"""Generates the code that is not kept in the repository: messages and stubs of the contract, into `syntha/v1/` and `syntha/_status_pb2.py`.

Made with protoc 3.21 and its plugin (Debian: protobuf-compiler, protobuf-compiler-grpc, libprotobuf-dev), whose code runs with that version of the
runtime and with every later one so far. Does nothing where what is there is newer than the contract.
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
            return  # A source distribution brings what was generated, and no contract.
        sys.exit(f"There is neither a contract in {CONTRACT} nor code that was generated from it in {TARGET}.")

    sources = sorted(CONTRACT.glob("syntha/v1/*.proto")) + sorted(OWN.rglob("*.proto")) + [Path(__file__)]
    if MARK.exists() and MARK.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return

    plugin = shutil.which("grpc_python_plugin")
    protoc = shutil.which("protoc")
    if protoc is None or plugin is None:
        sys.exit("protoc or grpc_python_plugin is missing. On Debian: apt install protobuf-compiler protobuf-compiler-grpc libprotobuf-dev.")

    shutil.rmtree(MARK.parent, ignore_errors=True)
    generate = [protoc, f"--proto_path={CONTRACT}", f"--proto_path={OWN}", f"--python_out={HERE}", f"--pyi_out={HERE}"]
    stubs = [f"--plugin=protoc-gen-grpc_python={plugin}", f"--grpc_python_out={HERE}"]
    services = [source for source in sources if source.suffix == ".proto" and "\nservice " in source.read_text("utf-8")]
    subprocess.run([*generate, *(str(source) for source in sources if source.suffix == ".proto")], check=True)
    subprocess.run([protoc, f"--proto_path={CONTRACT}", *stubs, *(str(source) for source in services)], check=True)
    MARK.write_text('"""Generated from the contract: see stubs.py."""\n', "utf-8")


if __name__ == "__main__":
    main()
