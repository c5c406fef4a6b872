"""What is done to all marked agents, asked for once."""

from __future__ import annotations

from whisper_tui.engine.rows import AgentRow
from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.supervision.intents import Refused
from whisper_tui.terms import Notice
from whisper_tui.ui import questions
from whisper_tui.ui.asker import Asker
from whisper_tui.ui.marks import Crowd
from whisper_tui.ui.questions import Question
from whisper_tui.ui.views import View
from whisper_tui.ui.words import keyed, sentence

WHAT_FOR = "pause.reason"
"""Why nothing is done yet: it has to be said first what for."""

MOST_SAID = 3
"""So many are told of whom something failed for; the count tells of the others."""


class Crowds(Asker):
    """One console's."""

    @property
    def _marked(self) -> list[AgentRow]:
        """The agents who are marked, where the view is theirs and no score sheet hides it, as they are now."""
        if self.view is not View.AGENTS or self.scoring is not None:
            return []
        rows = [row for row in self.crew.rows.values() if self.crew.is_marked(row)]
        return rows if self.picture is None else [self.picture.agent(row) for row in rows]

    def _ask_crowd(self, kind: type[Pause | Unpause]) -> None:
        """Ask once for all who are marked; who is refused now is told apart."""
        if self._keeps_back():
            return
        acts, names, left_out, codes = [], [], [], ""
        refused: tuple[Pause | Unpause, Notice] | None = None
        for agent in sorted(self._marked, key=lambda row: row.name.casefold()):
            act = kind(agent.pbx, agent.device)
            why = self._refusal(act)
            if why is None or why.code == WHAT_FOR:
                acts.append(act)
                names.append(agent.name)
                codes = codes if why is None else why.values["codes"]
            else:
                left_out.append(agent.name)
                refused = refused or (act, why)
        if acts:
            asked = Crowd(tuple(acts), tuple(names), tuple(left_out), tuple(codes.split(", ")) if codes else ())
            self._open(asked, lambda _sight: asked)
        elif refused is not None:
            self._refuse(*refused)

    def _answer(self, question: Question) -> None:
        crowd = question.asked
        if not isinstance(crowd, Crowd) or self._held is not None:
            super()._answer(question)
            return
        answered = questions.answer(question, self.clock.monotonic())
        if not questions.stands(answered):
            self.question = None
            self._fell = float("-inf")
        if isinstance(answered, Pause | Unpause):
            self._run(self._do_each(crowd, answered))
        elif isinstance(answered, Notice):
            self.say(answered)

    async def _do_each(self, crowd: Crowd, first: Pause | Unpause) -> None:
        """Do it for one after the other; what fails for one is told, and keeps no other waiting."""
        said: list[Notice] = []
        for name, act in crowd.each(first):
            why = self._refusal(act)
            answer = Refused(why) if why is not None else await self.backend.ask(act)
            if isinstance(answer, Refused):
                said.append(Notice("marks.not", {"agent": name, "why": sentence(keyed(answer.why, self.keys))}))
        count = {"count": str(len(crowd.acts) - len(said)), "all": str(len(crowd.acts))}
        self.saying.say(*said[:MOST_SAID], Notice("marks.done", count))
        self.shell.paint_console()
