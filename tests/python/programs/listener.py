"""Two agents of one user. One waits for the words of the other. test_programs.py runs it."""

import queue

from syntha import ContextMesh, ToolHandler

with ContextMesh() as mesh:
    heard = queue.Queue()
    with ToolHandler(mesh, "Listener").subscribe_to_topic("orders", lambda *news: heard.put(news)):
        speaker = ToolHandler(mesh, "Speaker")
        speaker.push_context("order-1", {"what": "tea", "number": 2**60}, topic="orders")
        speaker.push_context("elsewhere", 0, topic="other")
        speaker.remove_context("order-1")
        print(heard.get())
        print(heard.get())
