"""An agent over gRPC. It waits for a goal on its topic, and shares a plan with the assistant."""

import sys

from syntha import ContextMesh, ToolHandler
from syntha.events import Committed, Established

server, user = sys.argv[1:]
with ContextMesh(user_id=user, server=server) as mesh:
    planner = ToolHandler(mesh, "Planner")
    for event in planner.subscribe_to_topics(["travel"]):
        if isinstance(event, Established):
            print("listens", flush=True)
        elif isinstance(event, Committed):
            goal = event.changes[0].item.value
            planner.push_context("plan", f"{goal}: the river first, then the hills", subscribers=["Assistant"])
            break
