"""Measures what the client costs over its own stubs. It is no test. It counts sequential calls a second of both, in turns of short rounds.
It also measures the processor's time of each call, which other programs on the machine disturb less.

    /usr/bin/python3 tests/python/bench_overhead.py [ADDRESS]

Without an address it starts the server that was built.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "client/python")]

import grpc  # noqa: E402
from support.server import Server  # noqa: E402

from syntha import ContextMesh  # noqa: E402
from syntha.v1 import context_mesh_service_pb2 as wire  # noqa: E402
from syntha.v1.context_mesh_service_pb2_grpc import ContextMeshStub  # noqa: E402

_ROUNDS = 11
_CALLS = 500
_USER = "bench"
_VALUE = {"text": "v" * 240}


def measure(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of one call: by the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(_CALLS):
        call()
    return (time.perf_counter() - clock) / _CALLS, (time.process_time() - processor) / _CALLS


def compare(name: str, bare: Callable[[], object], client: Callable[[], object]) -> None:
    """The two take turns, because the machine's other work changes with time."""
    rounds = [(*measure(bare), *measure(client)) for _ in range(_ROUNDS)]
    bare_clock, bare_processor, clock, processor = (median(column) for column in zip(*rounds))
    by_clock = median(one[2] / one[0] for one in rounds) - 1
    by_processor = median(one[3] / one[1] for one in rounds) - 1
    bare_rates = f"bare stubs {1 / bare_clock:7,.0f} /s {bare_processor * 1e6:5.0f} µs"
    print(f"{name:5} {bare_rates}    client {1 / clock:7,.0f} /s {processor * 1e6:5.0f} µs")
    print(f"      overhead {by_clock:+.0%} by the clock, {by_processor:+.0%} of the processor's time")


def main(address: str) -> None:
    stub = ContextMeshStub(grpc.insecure_channel(address))
    metadata = (("user-id", _USER),)
    with ContextMesh(_USER, server=address) as mesh:
        mesh.push("k", _VALUE)
        text = mesh.get_item("k").value_json
        compare("Get", lambda: stub.Get(wire.GetRequest(key="k"), metadata=metadata, timeout=30), lambda: mesh.get("k"))
        compare(
            "Push",
            lambda: stub.Push(wire.PushRequest(item={"key": "k", "value_json": text}), metadata=metadata, timeout=30),
            lambda: mesh.push("k", _VALUE),
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with Server("--RateLimit:CallsPerSecond=1000000") as server:
            main(server.address)
