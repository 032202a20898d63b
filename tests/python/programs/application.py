"""A notebook for several people. Each has pages, a diary of visits, and an agent that writes both. test_programs.py runs it."""

from datetime import datetime

from syntha import ContextMesh, ToolHandler


class Notebooks:
    def __init__(self):
        self.sessions = {}

    def open(self, user_id):
        if user_id not in self.sessions:
            mesh = ContextMesh(user_id=user_id)
            agent = ToolHandler(mesh, f"Scribe_{user_id}")
            self.sessions[user_id] = (mesh, agent)
            agent.push_context("owner", {"user_id": user_id, "since": datetime.now().isoformat()})
            agent.push_context("visits", [], topic="diary")
        return self.sessions[user_id][1]

    def visit(self, user_id, page):
        agent = self.open(user_id)
        visits = agent.get_context("visits")
        visits.append(page)
        agent.push_context("visits", visits, topic="diary")

    def close(self):
        for mesh, _ in self.sessions.values():
            mesh.close()


def main():
    notebooks = Notebooks()
    try:
        for user_id, page in (("ann", "tea"), ("ben", "coffee"), ("ann", "milk")):
            notebooks.visit(user_id, page)
        for user_id in ("ann", "ben"):
            agent = notebooks.open(user_id)
            print(agent.get_context("owner")["user_id"], agent.get_context("visits"), agent.list_topics(), agent.list_context_keys())
        ann = notebooks.open("ann")
        print(ann.has_context("visits"), ann.has_context("nothing"), ann.get_context("nothing"))
        print(ann.get_context_by_topic("diary"), sorted(ann.get_context_pattern("*s")))
        print(ann.remove_context("owner"), ann.remove_context("owner"))
        print(ann.clear_all_context(), ann.list_context_keys(), notebooks.open("ben").list_context_keys())
    finally:
        notebooks.close()


if __name__ == "__main__":
    main()
