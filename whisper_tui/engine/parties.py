"""The supervisor as a party of the call: beside the others, in the agent's place, and out of it again."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from whisper_tui.audit.records import Certainty
from whisper_tui.engine.gate import Permit, facts_of_target, words_of
from whisper_tui.engine.loud import Tools
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import Answer, Done, HandBack, Join, Refused, TakeOver
from whisper_tui.terms import Mode, Notice, Pbx

PLACE = "{number}"
"""In `agents`: the agent's number, which is what stands behind the technology in the name of the phone."""


class Entries(Struct, frozen=True):
    """Where the dialplan of one PBX takes a customer who is handed back, as `context,exten`.

    Args:
        agents: with `{number}` in it; "": it cannot be done.
        queues: by queue; others cannot be handed to.
    """

    agents: str = ""
    queues: Mapping[str, str] = field(default_factory=dict)

    def to(self, agent: str, queue: str) -> tuple[str, str] | None:
        """(context, exten) of a queue, or of an agent's phone; None: the configuration does not say."""
        place = self.queues.get(queue, "") if queue else self.agents.replace(PLACE, agent.partition("/")[2])
        context, comma, exten = place.partition(",")
        return (context, exten) if comma and context and exten else None


class Parties:
    """Join, take over and hand back. Whoever calls sees to it that there is one at a time."""

    def __init__(self, tools: Tools, entries: Mapping[Pbx, Entries]) -> None:
        self._tools = tools
        self._entries = entries

    async def join(self, intent: Join) -> Answer:
        """Ring the phone anew, into the call itself; a leg that is up is hung up for it."""
        tools, handset = self._tools, self._tools.handset
        permit = await tools.permitted(intent)
        if not isinstance(permit, Permit):
            return tools.refuse(intent, permit)
        target = permit.target
        line = tools.lines[intent.call.pbx]
        follows = handset.session.ident if handset.session is not None else None
        session = tools.session(intent, permit, handset.new_id(), follows)
        cause, dialled = "leg.cancelled", False
        try:
            if (unwritten := await tools.written(session, intent, permit)) is not None:
                cause, dialled = "", True
                return unwritten
            if (untold := await tools.told(line, session)) is not None:
                cause = untold.why.code
                return untold
            if handset.leg is not None:
                await handset.leave(Notice("leg.left"))
            # BridgeAdd goes where the agent is: it is asked once more, at the last moment, where that is.
            again = await tools.still_permitted(session, Mode.THIRD)
            place = (again.target.name, again.target.bridge) if isinstance(again, Permit) else None
            if isinstance(again, Notice | Denied) or place != (target.name, target.bridge):
                why = Notice("call.changed") if isinstance(again, Permit) else again
                cause = words_of(why).code
                return tools.refuse(intent, why)
            dialled = True
            await handset.join(line, session, target.name, target.bridge)
            cause = ""
            tools.look_again(session)
        except DeedFailed as failed:
            cause = cause and failed.notice.code
            return Refused(failed.notice)
        finally:
            tools.claims.coming = None
            if cause:
                tools.scribe.left(session, cause, Certainty.EXACT)
            if not dialled:
                tools.scribe.leg_ended(session.leg, cause, Certainty.EXACT)
        return Done()

    async def take_over(self, intent: TakeOver) -> Answer:
        """Take the customer of the session that is heard."""
        tools, handset = self._tools, self._tools.handset
        permit = await tools.permitted(intent)
        if not isinstance(permit, Permit):
            return tools.refuse(intent, permit)
        target = permit.target
        session = handset.session
        if session is None or not handset.hears(intent.call):
            return Refused(Notice("takeover.listen_first"))
        if target.channel != session.target:
            return Refused(Notice("call.changed"))
        if (unwritten := await tools.written(session, intent, permit)) is not None:
            return unwritten
        line = tools.lines[intent.call.pbx]
        if (untold := await tools.told(line, session)) is not None:
            return untold
        if (why := tools.why_not(intent)) is not None:  # the disk and the text took their time
            return tools.refuse(intent, why)
        try:
            claim = tools.claims.of_session(session)
            through_barge = tools.gate.denies(facts_of_target(line, target), Mode.BARGE, claim) is None
            await handset.take_over(target.customer, through_barge=through_barge)
        except DeedFailed as failed:
            return Refused(failed.notice)
        return Done()

    def way_back(self, queue: str) -> tuple[str, str] | Notice:
        """Where the customer of one's own call would be handed to (context, exten), or why not."""
        handset = self._tools.handset
        session, line = handset.session, handset.line
        if session is None or line is None or not handset.own_call:
            return Notice("handback.no_call")
        place = self._entries.get(line.pbx, Entries()).to(session.agent, queue)
        return place or Notice("handback.no_entry", {"to": queue or session.member})

    async def hand_back(self, intent: HandBack) -> Answer:
        """Give the customer to the agent again, or to a queue."""
        tools, handset = self._tools, self._tools.handset
        place, session = self.way_back(intent.queue), handset.session
        if isinstance(place, Notice) or session is None:
            return Refused(place if isinstance(place, Notice) else Notice("handback.no_call"))
        if (unwritten := await tools.noted(session, "handback")) is not None:
            return unwritten
        try:
            await handset.hand_back(*place, intent.queue or session.member)
        except DeedFailed as failed:
            return Refused(failed.notice)
        return Done()
