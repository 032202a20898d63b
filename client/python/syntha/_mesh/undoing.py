"""Taking back what was written, and removing values from history."""

from __future__ import annotations

from syntha._arguments import invalid, optional_text, text_of, truth_of, whole_number_of, wrong_type
from syntha._calls.plan import Plan, Rpc, operation, write
from syntha._mesh.requests import view_of
from syntha.items import Position
from syntha.undo import PlannedUndo, RedactReceipt, UndoPlan, UndoReceipt
from syntha.v1 import item_pb2
from syntha.v1 import undo_pb2 as wire

_MOST_UNDOS = 1_000


class Undoing:
    @operation
    def plan_undo(
        self,
        *,
        command: Position | None = None,
        after: Position | None = None,
        through: Position | None = None,
        author: str | None = None,
        keys_only: bool = False,
        page_size: int = 0,
        agent_name: str | None = None,
    ) -> Plan[UndoPlan]:
        """Tells what an undo would do, and changes nothing. `undo` carries the plan out.

        What to take back: the command of a position, or all commands after a position, through another. through: None stands for now.
        author: only what this agent wrote. agent_name: the agent that asks. It takes back only what it wrote itself, and needs the owner's
        permission to read the past (AgentAccess.may_read_past). keys_only: without values. page_size: how many entries a call brings. 0: as
        many as it can.
        """
        scope = scope_of(command, after, through, author)
        agent = optional_text(agent_name, "agent_name")
        return (yield from planned("ContextMesh/PlanUndo", agent, scope, keys_only, page_size))

    @operation
    def undo(self, plan: UndoPlan, *, all_or_nothing: bool = False, request_id: str | None = None) -> Plan[UndoReceipt]:
        """Carries out a plan, as the agent that asked for it, or as the owner. It is one command, which another undo can take back.

        Each item becomes what it was, with its former value, routing, author and time of expiry. What has an obstacle is left alone.
        all_or_nothing: an obstacle refuses the undo instead (UNDO_BLOCKED). When a key that would change is no longer as it was in the
        plan, the call raises SynthaConflictError, and nothing is changed: plan again.
        """
        return (yield from undone("ContextMesh/Undo", plan_of(plan).agent_name, plan, all_or_nothing, request_id))

    @operation
    def redact(
        self,
        key: str,
        *,
        version: Position | None = None,
        through: Position | None = None,
        former: bool = False,
        every: bool = False,
        author: str | None = None,
        request_id: str | None = None,
    ) -> Plan[RedactReceipt]:
        """Removes values of a key, with their metadata, from history for good. Who wrote when remains. Only for the owner.

        Give one of: version, the version that the command of this position wrote; through, all versions up to this position; former=True,
        all but the present item; every=True, all, so that the present item is removed. author: of these only the versions that this agent
        wrote. More than 10,000 versions take several commands. Copies elsewhere stay: under other keys, in outcomes, exports and backups.
        """
        given = [name for name, one in (("version", version), ("through", through)) if one is not None]
        given += [name for name, one in (("former", former), ("every", every)) if truth_of(one, name)]
        if len(given) != 1:
            said = "nothing" if not given else " and ".join(given)
            raise invalid(f"redact got {said}. Give one of version, through, former and every.", "version")
        request = wire.RedactRequest(
            key=text_of(key, "key"),
            version=_position_of(version, "version"),
            through=_position_of(through, "through"),
            former=wire.FormerVersions() if former else None,
            every=wire.EveryVersion() if every else None,
            author=optional_text(author, "author"),
        )
        rpc = write("ContextMesh/Redact", request, request_id)
        first = rpc.request.request_id
        response = yield rpc
        replayed, versions, removed = response.replayed, response.redacted_versions, response.removed
        while response.has_more:
            more = wire.RedactRequest()
            more.CopyFrom(request)
            response = yield write("ContextMesh/Redact", more)
            versions, removed = versions + response.redacted_versions, removed or response.removed
        return RedactReceipt(Position._from(response.position), replayed, first, versions, removed)


def scope_of(command: Position | None, after: Position | None, through: Position | None, author: str | None) -> wire.UndoScope:
    if (command is None) == (after is None):
        raise invalid("Give command, the position of one command, or after, the position before the first of several.", "command", command)
    if command is not None and through is not None:
        raise invalid("through belongs to after. Give command alone.", "through", through)
    return wire.UndoScope(
        command=_position_of(command, "command"),
        range=None if after is None else wire.UndoRange(after=_position_of(after, "after"), through=_position_of(through, "through")),
        author=optional_text(author, "author"),
    )


def planned(method: str, agent_name: str | None, scope: wire.UndoScope, keys_only: bool, page_size: int) -> Plan[UndoPlan]:
    size = whole_number_of(page_size, "page_size") or _MOST_UNDOS
    request = wire.PlanUndoRequest(as_agent=agent_name, scope=scope, view=view_of(keys_only), page_size=size)
    undos: list[PlannedUndo] = []
    while True:
        page = yield Rpc(method, request)
        undos.extend(map(PlannedUndo._from, page.undos))
        if not page.next_page_token:
            return UndoPlan(Position._from(page.position), tuple(undos), agent_name, scope)
        request.page_token = page.next_page_token


def plan_of(plan: UndoPlan) -> UndoPlan:
    if not isinstance(plan, UndoPlan):
        raise wrong_type("plan", plan, "an UndoPlan, which plan_undo returns")
    return plan


def undone(
    method: str, agent_name: str | None, plan: UndoPlan, all_or_nothing: bool, request_id: str | None
) -> Plan[UndoReceipt]:
    request = wire.UndoRequest(
        as_agent=agent_name,
        scope=plan._scope,
        plan_position=plan.position._to_wire(),
        all_or_nothing=truth_of(all_or_nothing, "all_or_nothing"),
    )
    response = yield write(method, request, request_id)
    return UndoReceipt(
        Position._from(response.position), response.replayed, request.request_id, response.undone, response.left_alone
    )


def _position_of(position: Position | None, what: str) -> item_pb2.Position | None:
    if position is not None and not isinstance(position, Position):
        raise wrong_type(what, position, "a Position")
    return None if position is None else position._to_wire()
