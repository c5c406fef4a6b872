"""The calls as a tree: queue, agent, call, legs. Follows the sheet, and looks again only at what changed there.

What is open and what is not is the person's; the cursor stays with its row, wherever that moves.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from whisper_tui.engine.rows import CallRow
from whisper_tui.terms import CallKey
from whisper_tui.ui.lines import QueueKey
from whisper_tui.ui.sheet import Place, Sheet

AgentPlace: TypeAlias = tuple[str, str]
"""By what an agent stands in their queue: the name without case, and the phone; "" and "": callers who have none."""


class Node(NamedTuple):
    """A line: a queue, an agent in it, or a call, or (`leg` >= 0) one of its legs, wherever that call stands."""

    queue: QueueKey | None
    agent: AgentPlace | None = None
    call: CallKey | None = None
    leg: int = -1


class _Branch:
    """A queue."""

    def __init__(self) -> None:
        self.agents: list[AgentPlace] = []
        self.calls: dict[AgentPlace, list[Place]] = {}


class Tree:
    """Of one console, while it is shown.

    Args:
        sheet: what it shows: the rows that pass the filter.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.top = 0
        self.height = 1
        self._branches: dict[QueueKey, _Branch] = {}
        self._order: list[QueueKey] = []
        self._home: dict[CallKey, tuple[QueueKey, AgentPlace, Place]] = {}
        self._sizes: dict[QueueKey, int] = {}
        self._closed: set[Node] = set()
        self._with_legs: set[CallKey] = set()
        self._cursor: Node | None = None
        self._was_at = 0
        self._followed: CallKey | None = None
        """Where the cursor of the sheet stood when it was last looked at."""
        sheet.touched = None
        self.settle()

    def close(self) -> None:
        """It is shown no more."""
        self.sheet.touched = frozenset()

    def settle(self) -> None:
        """Take over what has changed on the sheet; somebody looks."""
        touched = self.sheet.touched
        if not touched and touched is not None and self.sheet.cursor == self._followed:
            return
        if touched is None:
            self._branches, self._order, self._home, self._sizes = {}, [], {}, {}
            for place in self.sheet.places():
                self._put(place)
        else:
            for key in touched:
                self._take_out(key)
                if (found := self.sheet.place_of(key)) is not None:
                    self._put(found)
        self.sheet.touched = set()
        self._with_legs &= self._home.keys()
        if self.sheet.cursor != self._followed:
            self._followed = self.sheet.cursor
            if self._followed in self._home:
                self.go_to(self._followed)
        if self._cursor is None and self._order:
            self._cursor = Node(self._order[0])
        self._show()

    def __len__(self) -> int:
        return sum(self._lines(queue) for queue in self._order)

    @property
    def cursor(self) -> Node | None:
        """None where its row is gone: no other takes its place by itself."""
        return self._cursor if self._cursor is not None and self._index(self._cursor) is not None else None

    @property
    def call(self) -> CallRow | None:
        """The call on whose line, or on a leg of which, the cursor stands; the call of an agent who has but one."""
        node = self.cursor
        if node is None:
            return None
        if node.call is None and node.queue is not None and node.agent is not None and node.agent[1]:
            places = self._branches[node.queue].calls[node.agent]
            return self.sheet.rows[places[0][1]] if len(places) == 1 else None
        return self.sheet.rows.get(node.call) if node.call is not None else None

    def window(self) -> list[Node]:
        """Return the lines that are on the screen."""
        return list(self._walk(self.top, self.top + self.height))

    def calls_of(self, queue: QueueKey, agent: AgentPlace | None = None) -> int:
        """How many calls a queue, or an agent in it, has."""
        branch = self._branches[queue]
        return len(branch.calls[agent]) if agent is not None else sum(map(len, branch.calls.values()))

    def any_of(self, queue: QueueKey, agent: AgentPlace) -> CallRow:
        """Return a call of an agent."""
        return self.sheet.rows[self._branches[queue].calls[agent][0][1]]

    def is_open(self, node: Node) -> bool:
        """Tell whether what stands under a line is shown."""
        return node.call in self._with_legs if node.call is not None else node not in self._closed

    def resize(self, height: int) -> None:
        self.height = max(1, height)
        self._show()

    def move(self, by: int) -> None:
        at = self._index(self._cursor) if self._cursor is not None else None
        self._go((self._was_at - (1 if by > 0 else 0) if at is None else at) + by)

    def choose(self, line: int) -> None:
        """Move to the row on `line` of those that are shown, if there is one."""
        if 0 <= line < self.height and self.top + line < len(self):
            self._go(self.top + line)

    def first(self) -> None:
        self._go(0)

    def last(self) -> None:
        self._go(len(self) - 1)

    def go_to(self, call: CallKey) -> None:
        """Put the cursor on a call, and open what it stands under."""
        queue, agent, _place = self._home[call]
        self._closed -= {Node(queue), Node(queue, agent)}
        self._sizes.clear()
        self._cursor = Node(None, call=call)
        self._show()

    def open(self) -> None:
        """Show what stands under the cursor's line."""
        node = self.cursor
        if node is None or node.leg >= 0:
            return
        if node.call is not None:
            self._with_legs.add(node.call)
        else:
            self._closed.discard(node)
        self._sizes.clear()
        self._show()

    def shut(self) -> None:
        """Hide what stands under the cursor's line; where nothing does, go to the line above it."""
        node = self.cursor
        if node is None:
            return
        if node.leg < 0 and self.is_open(node):
            if node.call is not None:
                self._with_legs.discard(node.call)
            else:
                self._closed.add(node)
        else:
            self._cursor = self._above(node)
        self._sizes.clear()
        self._show()

    def turn(self) -> bool:
        """Open or shut a queue or an agent; False: the cursor stands on neither."""
        node = self.cursor
        if node is None or node.call is not None:
            return False
        if self.is_open(node):
            self.shut()
        else:
            self.open()
        return True

    def _above(self, node: Node) -> Node:
        if node.call is None:
            return Node(node.queue)
        queue, agent, _place = self._home[node.call]
        return Node(None, call=node.call) if node.leg >= 0 else Node(queue, agent)

    def _put(self, place: Place) -> None:
        row = self.sheet.rows[place[1]]
        queue = (row.key.pbx, row.queue)
        agent = ((row.agent or row.agent_device).casefold(), row.agent_device)
        branch = self._branches.get(queue)
        if branch is None:
            branch = self._branches[queue] = _Branch()
            insort(self._order, queue)
        if agent not in branch.calls:
            branch.calls[agent] = []
            insort(branch.agents, agent)
        insort(branch.calls[agent], place)
        self._sizes.pop(queue, None)
        self._home[row.key] = queue, agent, place

    def _take_out(self, key: CallKey) -> None:
        home = self._home.pop(key, None)
        if home is None:
            return
        queue, agent, place = home
        self._sizes.pop(queue, None)
        branch = self._branches[queue]
        places = branch.calls[agent]
        del places[bisect_left(places, place)]
        if not places:
            del branch.calls[agent]
            del branch.agents[bisect_left(branch.agents, agent)]
        if not branch.agents:
            del self._branches[queue]
            del self._order[bisect_left(self._order, queue)]

    def _legs(self, call: CallKey) -> int:
        return len(legs(self.sheet.rows[call])) if call in self._with_legs else 0

    def _lines(self, queue: QueueKey) -> int:
        """How many lines a queue has; counted again only where something in it, or what is open, is another."""
        size = self._sizes.get(queue)
        if size is None:
            agents = self._branches[queue].agents if Node(queue) not in self._closed else []
            size = self._sizes[queue] = 1 + sum(self._lines_of(queue, agent) for agent in agents)
        return size

    def _lines_of(self, queue: QueueKey, agent: AgentPlace) -> int:
        if self._closed and Node(queue, agent) in self._closed:
            return 1
        places = self._branches[queue].calls[agent]
        more = sum(self._legs(key) for _rank, key in places) if self._with_legs else 0
        return 1 + len(places) + more

    def _walk(self, begin: int, end: int) -> Iterator[Node]:
        """Yield the lines from `begin` to before `end`, passing over whatever stands before them as a whole."""
        at = 0
        for queue in self._order:
            size = self._lines(queue)
            if at + size > begin:
                yield from self._branch_lines(queue, begin - at, end - at)
            at += size
            if at >= end:
                return

    def _branch_lines(self, queue: QueueKey, begin: int, end: int) -> Iterator[Node]:
        if begin <= 0 < end:
            yield Node(queue)
        if Node(queue) in self._closed:
            return
        at = 1
        for agent in self._branches[queue].agents:
            size = self._lines_of(queue, agent)
            if at + size > begin:
                for step, node in enumerate(self._agent_lines(queue, agent), at):
                    if begin <= step < end:
                        yield node
            at += size
            if at >= end:
                return

    def _agent_lines(self, queue: QueueKey, agent: AgentPlace) -> Iterator[Node]:
        yield Node(queue, agent)
        if Node(queue, agent) in self._closed:
            return
        for _rank, key in self._branches[queue].calls[agent]:
            yield Node(None, call=key)
            for leg in range(self._legs(key)):
                yield Node(None, call=key, leg=leg)

    def _index(self, node: Node) -> int | None:
        """On which line it stands, None where it is gone or stands under something that is shut."""
        queue, agent = node.queue, node.agent
        if node.call is not None:
            if node.call not in self._home:
                return None
            queue, agent, _place = self._home[node.call]
        branch = self._branches.get(queue) if queue is not None else None
        if queue is None or branch is None or (agent is not None and agent not in branch.calls):
            return None
        before = sum(self._lines(each) for each in self._order[: bisect_left(self._order, queue)])
        if agent is None:
            return before
        if Node(queue) in self._closed:
            return None
        at = bisect_left(branch.agents, agent)
        before += 1 + sum(self._lines_of(queue, each) for each in branch.agents[:at])
        found = next((step for step, each in enumerate(self._agent_lines(queue, agent)) if each == node), None)
        return None if found is None else before + found

    def _go(self, at: int) -> None:
        found = next(self._walk(max(0, min(at, len(self) - 1)), len(self)), None)
        if found is not None:
            self._cursor = found
            if found.call is not None:
                self.sheet.go_to(found.call)
                self._followed = self.sheet.cursor
            self._show()

    def _show(self) -> None:
        at = self._index(self._cursor) if self._cursor is not None else None
        if at is not None:
            self._was_at = at
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self) - self.height))


def legs(row: CallRow) -> list[str]:
    """Return what takes part in a call, each by a word that `widgets.tree` knows: customer, agent, and the listeners by number."""
    agent = ["agent"] if row.agent_device else []
    return ["customer", *agent, *(f"listener {at}" for at in range(len(row.listeners)))]
