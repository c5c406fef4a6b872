"""The calls as a tree: a queue, under it its agents, under them their calls, and under a call its legs."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import CallRow, QueueRow
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink, Line, Span
from whisper_tui.ui.lines import QueueKey
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.tree import Node, Tree, legs
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later

COLUMNS = (
    Column("what", later("QUEUE / AGENT / CALL"), 24),
    Column("state", later("STATE"), 9),
    Column("talk", later("TALK"), 6, right=True),
    Column("wait", later("WAIT"), 7, right=True),
    Column("flags", "", 10),
)
_DROPPED = ("flags", "wait", "talk")
_GROWTH = (("what", 34), ("flags", 20), ("what", 50), ("flags", 60))
columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)

_MARKS = {True: "-", False: "+"}
"""Before a line under which something stands: shown, or not."""


def draw(
    tree: Tree, queues: Mapping[QueueKey, QueueRow], mine: Mode | None, moment: Moment, width: int, height: int
) -> list[Line]:
    """Return at most `height` lines; the tree learns how many fit."""
    lines = [table.head(columns(width), width)][:height]
    tree.resize(height - len(lines))
    several = len({queue.pbx for queue in queues.values()}) > 1
    cursor = tree.cursor
    for node in tree.window():
        if node.call is not None:
            row = tree.sheet.rows[node.call]
            cells = _call(tree, node, row, queues, moment) if node.leg < 0 else _leg(node, row, mine)
            stale = row.key.pbx in moment.silent_since
        else:
            cells = _head(tree, node, queues, moment, several)
            stale = node.queue is not None and node.queue[0] in moment.silent_since
        here, marked = node == cursor, node.leg < 0 and node.call in tree.sheet.marked
        lines.append(table.row(columns(width), cells, width, under_cursor=here, stale=stale, marked=marked))
    return lines[:height]


def _head(
    tree: Tree, node: Node, queues: Mapping[QueueKey, QueueRow], moment: Moment, several: bool
) -> dict[str, Span]:
    """A queue, or an agent in it."""
    assert node.queue is not None, "a line without a call is a queue's or an agent's"
    mark, counted = _MARKS[tree.is_open(node)], str(tree.calls_of(node.queue, node.agent))
    nothing: Span = ("", Ink.MUTED)
    cells = {"state": nothing, "talk": nothing, "wait": nothing, "flags": nothing}
    if node.agent is not None:
        if node.agent[1]:
            who = present.person(tree.any_of(node.queue, node.agent))
            cells["state"] = ("" if counted == "1" else counted, Ink.MUTED)
            cells["flags"] = (node.agent[1], Ink.MUTED)
            return {**cells, "what": (f"  {mark} {who}", Ink.STRONG)}
        return {**cells, "what": (f"  {mark} {_('nobody yet')}", Ink.MUTED), "state": (counted, Ink.MUTED)}
    pbx, name = node.queue
    said = (f"{name}@{pbx}" if several else name) or _("no queue")
    cells["state"] = (counted, Ink.TEXT)
    if (row := queues.get(node.queue)) is not None:
        longest = present.queue_cells(row, name, moment.known(pbx))
        cells["wait"] = longest.longest
        word = present.WAITS[present.longest_stands(row, moment.known(pbx))][1]
        cells["flags"] = (_(word) if word else "", longest.longest[1])
    return {**cells, "what": (f"{mark} {said}", Ink.STRONG)}


def _call(tree: Tree, node: Node, row: CallRow, queues: Mapping[QueueKey, QueueRow], moment: Moment) -> dict[str, Span]:
    queue = queues.get((row.key.pbx, row.queue))
    limits = present.NO_LIMITS if queue is None else queue.limits
    cells = present.call_cells(row, moment.known(row.key.pbx), limits)
    mark = _MARKS[tree.is_open(node)]
    flags = "".join(text for text, _ink in cells.flags)
    ink = next((ink for _text, ink in cells.flags if ink is Ink.ALARM), Ink.MUTED)
    return {
        "what": (f"    {mark} {present.caller(row)}", Ink.TEXT),
        "state": cells.state,
        "talk": cells.talk,
        "wait": cells.wait,
        "flags": (flags, ink),
    }


def _leg(node: Node, row: CallRow, mine: Mode | None) -> dict[str, Span]:
    kind, _space, number = legs(row)[node.leg].partition(" ")
    if kind == "customer":
        said, ink = fill(_("customer {number}"), {"number": row.caller or _("unknown")}), Ink.TEXT
    elif kind == "agent":
        said, ink = fill(_("agent {phone}"), {"phone": row.agent_device}), Ink.TEXT
    else:
        badge = row.listeners[int(number)]
        values = {"phone": badge.device, "mode": present.mode_of(present.known(badge, mine))}
        said, ink = fill(_("listener {phone} {mode}"), values), present.WHOSE[badge.whose][2]
    nothing: Span = ("", Ink.MUTED)
    return {"what": (f"        {said}", ink), "state": nothing, "talk": nothing, "wait": nothing, "flags": nothing}
