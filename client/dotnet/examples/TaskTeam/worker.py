"""A worker in Python: works off the tasks that no other one holds, until all are done."""

import signal
import sys

from syntha import ContextMesh, ToolHandler
from syntha.commits import PatchEntry, PushEntry
from syntha.exceptions import SynthaClaimHeldError, SynthaClaimLostError
from syntha.patches import Patch

LEASE = 5  # seconds

server, user, stops_after = sys.argv[1], sys.argv[2], int(sys.argv[3])


def attempt(me, task, waits):
    """Does a task. False: another worker has it."""
    global stops_after
    try:
        with me.await_claim(task, lease=LEASE).wait() if waits else me.claim(task, lease=LEASE) as claim:
            if me.get_context(task)["done"]:
                return True  # by another one, just before
            if stops_after == 0:
                print(f"stops with {task} in its hands", flush=True)
                signal.pause()
            stops_after -= 1
            result = int(task.removeprefix("task/")) ** 2
            # Both, or nothing when the claim was lost meanwhile.
            me.commit_context([PushEntry(task, {"done": True, "result": result}), PatchEntry("done", Patch.increment(1))], if_claim=claim)
            return True
    except (SynthaClaimHeldError, SynthaClaimLostError):
        return False


with ContextMesh(user_id=user, server=server) as mesh:
    me = ToolHandler(mesh, "Python")
    while tasks := [key for key, task in me.get_context_pattern("task/*").items() if not task["done"]]:
        if not any([attempt(me, task, waits=False) for task in tasks]):
            attempt(me, tasks[0], waits=True)
