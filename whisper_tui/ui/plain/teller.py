"""Says what has changed of what must be known: the session, questions, banners, PBXs, what others ask, strangers who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

from msgspec.structs import replace

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Banner, Phase
from whisper_tui.engine.rows import GlassRow, PetitionRow
from whisper_tui.terms import Notice, Pbx
from whisper_tui.ui import present
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.plain import asks, sentences
from whisper_tui.ui.plain.sentences import Said
from whisper_tui.ui.questions import Question
from whisper_tui.ui.saying import Saying
from whisper_tui.ui.sentences import SENTENCES
from whisper_tui.ui.widgets import linewords, meter, news
from whisper_tui.ui.widgets.strip import LAST, SOON
from whisper_tui.ui.words import _, counted, fill, keyed, sentence
from whisper_tui.ui.words import said as words_of


class Spoken(Saying):
    """Notices, each said as it comes."""

    def __init__(self, clock: Clock, say: Callable[[str], None], keys: Mapping[str, str]) -> None:
        super().__init__(clock)
        self.keys = keys
        self._aloud = say

    def say(self, *notices: Notice) -> None:
        here = [
            replace(each, code=f"plain.{each.code}") if f"plain.{each.code}" in SENTENCES else each for each in notices
        ]
        super().say(*here)
        for notice in here:
            self._aloud(sentence(keyed(notice, self.keys)))


class Teller:
    """One desk's changes, in words.

    Args:
        say: says a line.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._say = say
        self._said = Said("")
        self._question: Question | None = None
        self._banners: tuple[Banner, ...] = ()
        self._links: dict[Pbx, str] = {}
        self._first: PetitionRow | GlassRow | None = None
        self._given: set[str] = set()
        self._hint: Notice | None = None
        self._foreign = 0
        self._hands: tuple[int, str] = (0, "")
        """How many are up, and whose has been up longest."""
        self._ends_said: tuple[float | None, float] = (None, 0.0)

    def tell(self) -> None:
        """Say what has changed since the last time."""
        self._tell_strip()
        self._tell_limit()
        self._tell_question()
        self._tell_around()

    def status(self) -> list[str]:
        """Return how everything stands."""
        desk = self._desk
        waiting = sum(queue.waiting for queue in desk.queues.values())
        person = desk.backend.person
        values = {"calls": str(len(desk.sheet.rows)), "waiting": str(waiting)}
        waits = [desk.moment.known(row.pbx) - row.longest_since for row in desk.queues.values() if row.longest_since]
        counts = [fill(_("calls {calls}, waiting {waiting}"), values)]
        if waits:
            counts.append(fill(_("longest {time}"), {"time": present.duration(max(waits))}))
        lines = [self._strip().whole, *(sentences.link(row, desk.now) for row in desk.links.values())]
        lines += [part for part in (meter.spoken(desk.strip, desk.now), linewords.spoken(desk.strip)) if part]
        lines.append(", ".join(counts))
        lines.append(", ".join(part for part in (person.user, person.profile, person.phone) if part))
        lines += [sentence(banner.notice) for banner in (*desk.banners, *desk.own_banners)]
        lines += [self._foreigners()] if desk.foreign else []
        return lines

    def question(self) -> list[str]:
        """Return the question that stands, [] where none does."""
        desk = self._desk
        if desk.question is None:
            return []
        left = 0.0 if desk.question.until is None else desk.question.until - desk.clock.monotonic()
        return asks.lines(desk.question, desk.strip, ceil(left), desk.keys, typed=desk.typed is not None)

    def _strip(self) -> Said:
        strip = self._desk.strip
        return sentences.of(strip if strip.ended is None else replace(strip, ended=keyed(strip.ended, self._desk.keys)))

    def _tell_strip(self) -> None:
        said = self._strip()
        if said != self._said:
            changed, self._said = said.since(self._said), said
            if changed:
                self._say(changed)

    def _tell_limit(self) -> None:
        """That a rule ends it: a minute before, and ten seconds before."""
        strip = self._desk.strip
        if strip.limit is None or strip.phase is Phase.NONE:
            return
        left = strip.limit - self._desk.clock.monotonic()
        stage = LAST if left <= LAST else SOON if left <= SOON else 0.0
        if stage and self._ends_said != (strip.limit, stage):
            self._ends_said = strip.limit, stage
            self._say(fill(_("ends in {left}"), {"left": present.duration(left)}))

    def _tell_question(self) -> None:
        question = self._desk.question
        before, self._question = self._question, question
        if question is not None and (before is None or before._replace(typed=question.typed) != question):
            for line in self.question():
                self._say(line)

    def _tell_around(self) -> None:
        desk = self._desk
        banners = (*desk.banners, *desk.own_banners)
        if banners != self._banners:
            for banner in banners:
                if banner not in self._banners:
                    self._say(sentence(banner.notice))
            self._banners = banners
        links = {pbx: present.LINKS[row.state][1] for pbx, row in desk.links.items()}
        if links != self._links:
            for pbx, word in links.items():
                if self._links.get(pbx) != word:
                    self._say(sentences.link(desk.links[pbx], desk.clock.monotonic()))
            self._links = links
        if desk.foreign != self._foreign:
            self._foreign = desk.foreign
            self._say(self._foreigners() if self._foreign else _("no foreign listener any more"))
        self._tell_hint()
        self._tell_hands()
        self._tell_news()

    def _tell_hint(self) -> None:
        """What the coach of a story says."""
        hint = self._desk.hint
        if hint is not None and hint != self._hint:
            self._say(f"{fill(_('hint {n}/{all}'), hint.values)}: {words_of(hint)}")
        self._hint = hint

    def _tell_hands(self) -> None:
        """Who asks for help, when somebody does who did not; all of them are in the list of the agents."""
        hands = self._desk.hands
        oldest = hands.oldest
        if oldest is not None and (len(hands) > self._hands[0] or oldest.device != self._hands[1]):
            values = {
                "agent": oldest.name or oldest.device,
                "hands": counted("1 hand up", "{count} hands up", len(hands)),
            }
            self._say(fill(_("{hands}: {agent} asks for help; hand goes there and takes it"), values))
        self._hands = (0, "") if oldest is None else (len(hands), oldest.device)

    def _tell_news(self) -> None:
        """What others ask for, and leave that was given."""
        what = self._desk.news
        first = what.first
        if first is not None and first != self._first:
            if isinstance(first, PetitionRow):
                self._say(
                    fill(_("{asks}; {whose}; allow or refuse"), {"asks": news.asks(first), "whose": news.whose(first)})
                )
            else:
                self._say(fill(_("{broke}; allow says that you have read it"), {"broke": news.broke(first)}))
        self._first = first
        for row in what.mine:
            if row.approved and row.ident not in self._given:
                self._given.add(row.ident)
                left = present.duration(row.until - self._desk.clock.monotonic())
                self._say(fill(_("{by} allowed what you asked for: within {left}"), {"by": row.approved, "left": left}))

    def _foreigners(self) -> str:
        count = self._desk.foreign
        return counted("1 foreign listener", "{count} foreign listeners", count)
