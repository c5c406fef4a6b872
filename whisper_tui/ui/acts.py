"""The keys that act on the floor: what each means for the row under the cursor, and what is asked before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from whisper_tui.engine.rows import AgentRow, CallRow, MemberRow
from whisper_tui.supervision.acts import (
    Act,
    HangUp,
    LogOut,
    MoveAgent,
    MoveCaller,
    Pause,
    Raise,
    SetPenalty,
    Unpause,
    Withdraw,
)
from whisper_tui.terms import CallState, Notice
from whisper_tui.ui import callers
from whisper_tui.ui.asking import Sight
from whisper_tui.ui.crowds import WHAT_FOR, Crowds
from whisper_tui.ui.orders import Choice, Figure, Order, Sure
from whisper_tui.ui.typed import Resting
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, fill

A = TypeVar("A", bound=Act)

RAISED_TO = "raise.how"

ACTS = frozenset({"pause-agent", "unpause-agent", "take-out", "move-over", "penalty", "raise", "hangup"})
"""Names of the deeds whose keys act on the floor."""

ASKS_FIRST = frozenset({WHAT_FOR, "penalty.how", RAISED_TO})
"""Why nothing is done yet: something has to be said first."""


class Acts(Crowds):
    """One console's."""

    def pause(self) -> None:
        """Ask what the agent under the cursor, or those who are marked, are paused for."""
        self._expects_typing()
        if self._marked:
            self._ask_crowd(Pause)
            return
        agent = self._agent() if not self._keeps_back() else None
        if agent is None:
            return
        intent = Pause(agent.pbx, agent.device)
        why = self._refusal(intent)
        if why is not None and why.code in ASKS_FIRST:
            asked = Resting(intent, agent.name, why.values["queues"], tuple(why.values["codes"].split(", ")))
            self._open(asked, lambda _sight: asked)
        elif why is not None:
            self._refuse(intent, why)

    def unpause(self) -> None:
        """End the pause of the agent under the cursor, or of those who are marked."""
        if self._marked:
            self._ask_crowd(Unpause)
            return
        agent = self._agent() if not self._keeps_back() else None
        if agent is None:
            return
        intent = Unpause(agent.pbx, agent.device)
        why = self._refusal(intent)
        if why is not None:
            self._refuse(intent, why)
        else:
            self._ask(intent)

    def take_out(self) -> None:
        """Take the agent, or who waits, under the cursor out of a queue."""
        self._expects_typing()
        if self._keeps_back():
            return
        if (caller := self._caller()) is not None:
            self._withdraw(caller)
        elif (agent := self._agent()) is not None:
            self._log_out(agent)

    def move_over(self) -> None:
        """Move the agent, or who waits, under the cursor to another queue."""
        self._expects_typing()
        if self._keeps_back():
            return
        if (caller := self._caller()) is not None:
            self._move_caller(caller)
        elif (agent := self._agent()) is not None:
            self._move_agent(agent)

    def lift(self) -> None:
        """Ask for a higher priority of who waits under the cursor."""
        self._expects_typing()
        if self._keeps_back():
            return
        caller = self._caller()
        if caller is None:
            self.say(self.moved or Notice("caller.none"))
            return
        intent = Raise(caller.key)
        why = self._refusal(intent)
        if why is None or why.code != RAISED_TO:
            self._refuse(intent, why or Notice("caller.none"))
            return
        first, values = int(why.values["first"]), why.values
        facts = [
            callers.who(caller),
            fill(_("priority {priority} now, and {ahead} ahead of them; {first} passes them all"), values),
            _("who has the higher priority stands first; not every Asterisk moves who waits already, and it is said"),
        ]
        prompt = fill(_("Enter takes {first}, or type another:"), values)
        self._order(Figure((intent,), tuple(facts), prompt, first), lambda: self._waits_as(caller))

    def hang_up(self) -> None:
        """Ask for what has to be typed to end the call under the cursor."""
        self._expects_typing()
        if self._keeps_back():
            return
        row = self.under_cursor[0]
        if row is None or self.moved is not None:
            self.say(self.moved or Notice("cursor.none"))
            return
        intents = self._allowed([HangUp(row.key)])
        if intents:
            word = callers.word(row)
            prompt = fill(_("type {number} and Enter:"), {"number": word})
            asked = Choice(((word, intents[0]),), callers.end(row), prompt)
            self._order(asked, lambda: self._talks_as(row))

    def weigh(self) -> None:
        """Ask for the penalty of the agent under the cursor."""
        self._expects_typing()
        agent = self._agent() if not self._keeps_back() else None
        if agent is None:
            return
        intents = self._allowed([SetPenalty(agent.pbx, agent.device, member.queue) for member in agent.members])
        if not intents:
            return
        members = {member.queue: member for member in agent.members}
        wanted = [members[each.queue] for each in intents]
        facts = [_("those with a smaller penalty are rung first"), *map(_penalty, wanted)]
        if any(not member.dynamic for member in wanted):
            facts.append(_("a member of the PBX's settings has the old one again once they are read anew"))
        prompt = _("figure, and Enter:") if len(intents) == 1 else _("queue and figure, and Enter:")
        self._order(Figure(tuple(intents), (_who(agent), *facts), prompt), lambda: self._is_as(agent))

    def _withdraw(self, caller: CallRow) -> None:
        intents = self._allowed([Withdraw(caller.key)])
        if intents:
            self._order(Sure(intents[0], callers.withdrawal(caller)), lambda: self._waits_as(caller))

    def _move_caller(self, caller: CallRow) -> None:
        wanted = self._caller_moves(caller)
        if isinstance(wanted, Notice):
            self.say(wanted)
        elif intents := self._allowed(wanted):
            answers = tuple((each.to, each) for each in intents)
            facts = callers.move(caller, [each.to for each in intents])
            self._order(Choice(answers, facts, _("type the new queue and Enter:")), lambda: self._waits_as(caller))

    def _log_out(self, agent: AgentRow) -> None:
        intents = self._allowed([LogOut(agent.pbx, agent.device, member.queue) for member in agent.members])
        goes_on = _("the queue rings them no more; a call that they are in goes on")
        if len(intents) == 1:
            out_of = fill(_("out of the queue {queue}"), {"queue": intents[0].queue})
            self._order(Sure(intents[0], (_who(agent), out_of, goes_on)), lambda: self._is_as(agent))
        elif intents:
            queues = fill(_("out of one of: {queues}"), {"queues": " ".join(each.queue for each in intents)})
            answers = tuple((each.queue, each) for each in intents)
            asked = Choice(answers, (_who(agent), queues, goes_on), _("type the queue and Enter:"))
            self._order(asked, lambda: self._is_as(agent))

    def _move_agent(self, agent: AgentRow) -> None:
        wanted = self._agent_moves(agent)
        if isinstance(wanted, Notice):
            self.say(wanted)
            return
        intents = self._allowed(wanted)
        if not intents:
            return
        sources = list(dict.fromkeys(each.queue for each in intents))
        targets = " ".join(dict.fromkeys(each.to for each in intents))
        keeps = _("they join the new queue first, with the same penalty and pause, and leave the old one then")
        if len(sources) == 1:
            way = fill(_("from {queue} to one of: {queues}"), {"queue": sources[0], "queues": targets})
            prompt, answers = _("type the new queue and Enter:"), [(each.to, each) for each in intents]
        else:
            way = fill(
                _("from one of: {sources} - to one of: {queues}"), {"sources": " ".join(sources), "queues": targets}
            )
            prompt = _("type the old queue, the new one, and Enter:")
            answers = [(f"{each.queue} {each.to}", each) for each in intents]
        self._order(Choice(tuple(answers), (_who(agent), way, keeps), prompt), lambda: self._is_as(agent))

    def _order(self, asked: Order, still: Callable[[], bool]) -> None:
        """Ask it, for as long as what it is about is `still` so."""

        def meant(_sight: Sight) -> Order | Notice:
            return asked if still() else Notice("agent.gone")

        self._open(asked, meant)

    def _allowed(self, intents: Sequence[A]) -> list[A]:
        """Those that would not be refused; where every one would, the first is."""
        refusals = [(each, self._refusal(each)) for each in intents]
        allowed = [each for each, why in refusals if why is None or why.code in ASKS_FIRST]
        if not allowed and refusals:
            intent, why = refusals[0]
            if why is not None:
                self._refuse(intent, why)
        return allowed

    def _waits_as(self, caller: CallRow) -> bool:
        """Whether the caller still waits in the queue in which they did when it was asked."""
        now = self.calls.get(caller.key)
        return (
            now is not None and now.position is not None and (now.queue, _named(now)) == (caller.queue, _named(caller))
        )

    def _talks_as(self, row: CallRow) -> bool:
        """Whether the call is still in the same hands."""
        now = self.calls.get(row.key)
        there = now is not None and (now.queue, now.agent_device, _named(now))
        return there == (row.queue, row.agent_device, _named(row))

    def _is_as(self, agent: AgentRow) -> bool:
        """Whether the agent is in the same queues as when it was asked."""
        now = self.crew.rows.get((agent.pbx, agent.device))
        if now is not None and self.picture is not None:
            now = self.picture.agent(now)
        return now is not None and [each.queue for each in now.members] == [each.queue for each in agent.members]

    def _caller(self) -> CallRow | None:
        """Who waits under the cursor: in their own view also while a phone rings for them."""
        if self.view is View.AGENTS or self.moved is not None:
            return None
        row = self.under_cursor[0]
        if row is None or row.position is None:
            return None
        return row if row.state is CallState.WAITING or self.view is View.WAITING else None

    def _agent(self) -> AgentRow | None:
        """The agent whose row, or whose call, is under the cursor; None: said why nobody is."""
        meant = self._agent_meant()
        if isinstance(meant, Notice):
            self.say(meant)
            return None
        return meant

    def _agent_meant(self) -> AgentRow | Notice:
        row = self.agent_under_cursor if self.view is View.AGENTS else None
        if row is None and self.moved is not None:
            return self.moved
        call = self.under_cursor[0]
        if row is None and call is not None:
            row = self.crew.rows.get((call.key.pbx, call.agent_device))
        return row or Notice("cursor.none" if self.view is View.WAITING else "agent.none")

    def why_not_act(self, deed: str) -> Notice | None:
        """Return why the key of a deed that acts on the floor would do nothing now, or None; the first reason of several."""
        wanted = self._wanted(deed)
        if isinstance(wanted, Notice):
            return wanted
        first: Notice | None = None
        for intent in wanted:
            why = self._refusal(intent)
            if why is None or why.code in ASKS_FIRST:
                return None
            first = first or why
        return first

    def _wanted(self, deed: str) -> Sequence[Act] | Notice:
        """All that the key of that deed might start."""
        row, caller = self.under_cursor[0], self._caller()
        match deed:
            case "hangup":
                return self.moved or ([HangUp(row.key)] if row is not None else Notice("cursor.none"))
            case "raise":
                return [Raise(caller.key)] if caller is not None else self.moved or Notice("caller.none")
            case "take-out" if caller is not None:
                return [Withdraw(caller.key)]
            case "move-over" if caller is not None:
                return self._caller_moves(caller)
        agent = self._agent_meant()
        if isinstance(agent, Notice):
            return agent
        pbx, device, there = agent.pbx, agent.device, [member.queue for member in agent.members]
        match deed:
            case "pause-agent":
                return [Pause(pbx, device)]
            case "unpause-agent":
                return [Unpause(pbx, device)]
            case "penalty":
                return [SetPenalty(pbx, device, queue) for queue in there]
            case "take-out":
                return [LogOut(pbx, device, queue) for queue in there]
            case _:
                return self._agent_moves(agent)

    def _caller_moves(self, caller: CallRow) -> list[MoveCaller] | Notice:
        """All queues to which who waits might be moved, or that there is none."""
        others = sorted(queue for pbx, queue in self.queues if pbx == caller.key.pbx and queue != caller.queue)
        return [MoveCaller(caller.key, queue) for queue in others] or Notice("caller.nowhere")

    def _agent_moves(self, agent: AgentRow) -> list[MoveAgent] | Notice:
        """The same of an agent, from each of theirs."""
        there = [member.queue for member in agent.members]
        others = sorted(queue for pbx, queue in self.queues if pbx == agent.pbx and queue not in there)
        wanted = [MoveAgent(agent.pbx, agent.device, queue, to) for queue in there for to in others]
        return wanted or Notice("move.nowhere", {"agent": agent.name})


def _who(agent: AgentRow) -> str:
    return f"{agent.name} ({agent.device})"


def _penalty(member: MemberRow) -> str:
    return fill(_("in {queue} it is {penalty}"), {"queue": member.queue, "penalty": str(member.penalty)})


def _named(row: CallRow) -> tuple[str, str]:
    """What a question says of the caller: with a number that is hidden again it may not stand on."""
    return row.caller, row.caller_name
