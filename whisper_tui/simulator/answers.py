"""What Asterisk would reply to an action, and what it would then do.

Words of responses and errors as measured on Asterisk 22.10.1 under an account with write=call,originate,reporting,agent.
"""

from __future__ import annotations

from whisper_tui.simulator.call_deeds import CallDeeds, Originated, Text
from whisper_tui.simulator.known import FREE, Known, Reply, error
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.lists import Lists
from whisper_tui.simulator.orders import Refusal
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.questions import Questions
from whisper_tui.simulator.queue_deeds import QueueDeeds
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import Request, response


class Answers:
    """The actions of one PBX. Sessions share it.

    Args:
        acts: False in a replay: whatever would change a recording is refused as for an account without the class.
    """

    def __init__(self, pbx: SimulatedPbx, legs: Legs, transfers: Transfers, *, acts: bool) -> None:
        self._legs = legs
        self._acts = acts
        self._calls = CallDeeds(pbx, legs, transfers)
        known = (
            Known("ListCommands", "List available manager commands.", FREE, self._list_commands),
            *Questions(pbx, Lists(pbx, legs)).known(),
            *self._calls.known(),
            *QueueDeeds(pbx, transfers).known(),
        )
        self._known = {one.name.lower(): one for one in sorted(known, key=lambda one: one.name)}
        """By name in small letters: manager.c compares without case."""

    @property
    def originated(self) -> list[Originated]:
        """Every Originate that was accepted, in order."""
        return self._calls.originated

    @property
    def texts(self) -> list[Text]:
        """Every text that a phone was sent, in order."""
        return self._calls.texts

    def answer(self, request: Request, reply: Reply) -> None:
        """Reply to `request`, an action of a client that is logged in; events follow the reply."""
        action_id = request.action_id
        if request.fault or not request.action:
            reply(error(action_id, request.fault or "Missing action in request"))
            return
        known = self._known.get(request.action.lower())
        if known is None:
            words = "Invalid/unknown command: %s. Use Action: ListCommands to show available commands."
            reply(error(action_id, words % request.action))
        elif not self._may(known):
            reply(error(action_id, "Permission denied"))
        else:
            try:
                known.do(request, reply)
            except Refusal as refusal:
                reply(error(action_id, str(refusal)))

    def _list_commands(self, request: Request, reply: Reply) -> None:
        said = [(one.name, f"{one.summary}  (Priv: {one.classes})") for one in self._known.values() if self._may(one)]
        reply(response(request.action_id, "Success", said))

    def _may(self, known: Known) -> bool:
        """Whether the account has a class of it, and a replay is not to be changed."""
        free = known.classes == FREE or not self._legs.behaviour.writes.isdisjoint(known.classes.split(","))
        return free and (self._acts or not known.acts)
