"""What the person at the keyboard sees and does: state and keys of the console, without a pixel.

Everything that the screen shows is here; `screens/floor.py` draws it. What the backend tells comes in by `take`.
"""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Playback, ViewChanges
from whisper_tui.engine.lesson import Hint
from whisper_tui.supervision.intents import Cue, Say
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, commands, hinting, questions, scoring
from whisper_tui.ui.coach import Coach
from whisper_tui.ui.commandline import CommandLine
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.exporter import Exporter
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.keymap import DEFAULT, Keymap, keys_of
from whisper_tui.ui.keynames import shown
from whisper_tui.ui.notes import LONGEST, Jot
from whisper_tui.ui.palette import Palette, PaletteRow
from whisper_tui.ui.player import Player
from whisper_tui.ui.present import duration
from whisper_tui.ui.presses import ANSWER, Press, Presses
from whisper_tui.ui.questions import Question
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.typed import SHORT, typed_on
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _

NEVER_HIDDEN = frozenset({"listen", "microphone", "leave", "panic", "release"})
"""Deeds that no other use of a key may hide altogether."""

ON_THE_LIST = frozenset(
    {"sort", "sort-back", "reverse", "mark", "tree", "freeze", "next", "previous", "clear", "agents-day"}
)
"""Deeds that change what the list shows: where something lies over it they close that, and do no more."""

SEEK = 10.0
"""Seconds."""

LEAVE_QUESTION = ("open", "back", "quit", "keys", "redraw")
"""Deeds that leave the question on the screen, or answer it. So does the one that asked it: its key may be held down."""


class Desk(Exporter):
    """One console's state, and its keys."""

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        shell: Shell,
        *,
        playback: Playback | None = None,
        readonly: bool = False,
        keymap: Keymap = DEFAULT,
        hints: Sequence[Hint] = (),
    ) -> None:
        self.coach: Coach = Coach(hints)
        super().__init__(backend, clock, shell, readonly=readonly)
        self.keymap = keymap
        self.keys = self.saying.keys = keymap.names
        self.player = None if playback is None else Player(playback)
        self.prefix = ""
        """The first of two keys, while the second one is waited for."""
        self.command = CommandLine(self._command, lambda text: commands.completions(text, self))
        self.palette = Palette(self._palette_rows, self._choose)
        self._presses = Presses()
        self._struck = ""
        """The key that is being handled, of two the second."""

    @property
    def hint(self) -> Notice | None:
        """What the coach says."""
        return self.coach.says(self.keymap)

    def take(self, changes: ViewChanges) -> None:
        super().take(changes)
        self._be_coached()

    def tick(self) -> None:
        super().tick()
        if self.player is not None and self.player.began_again():
            self.say(Notice("playback.again"))
        self._be_coached()

    def say(self, notice: Notice) -> None:
        super().say(notice)
        self.coach.told(notice.code)

    def press(self, press: Press) -> None:
        """Somebody pressed a key."""
        self.saying.pressed()
        typed = self.command.press(press, self.keymap) or self.palette.press(press, self.keymap)
        if typed or self.line.press(press):
            self._presses.note(press)
        elif not self._type(press):
            self._strike(press)
        self._be_coached()
        self.shell.paint_console()

    def order(self, deed: Deed, press: Press) -> None:
        """Somebody asked for a deed by its name, or wrote its key."""
        self._do(deed, press)

    def answer(self, text: str, press: Press) -> None:
        """Somebody wrote the answer to the question that stands, whole."""
        question = self.question
        if question is None:
            return
        if self.typed is not None:
            question = self.question = question._replace(
                typed=text[: LONGEST if isinstance(self.typed, Jot | Naming) else SHORT]
            )
        self._held = self._presses.hinders(ANSWER, press)
        self._answer(question)

    def paste(self, text: str) -> None:
        """Text was pasted: into the filter while that is typed, or into a note, else nowhere."""
        if isinstance(self.typed, Jot | Naming):
            self._write(text)
        elif not (self.command.paste(text) or self.palette.paste(text) or self.line.paste(text)):
            self.say(Notice("key.pasted" if self.typed is not None else "key.together"))
        self.shell.paint_console()

    def cue(self) -> None:
        """Send the card whose digit was struck."""
        number = int(self._struck)
        self.carry_out(lambda _sight: Cue(number))

    def answer_hand(self) -> None:
        """Go to the agent who has asked for help longest, and take it."""
        if self._keeps_back():
            return
        row = self.hands.oldest
        if row is not None:
            self.go_to_agent(row)
        self.carry_out(asking.answer_hand)

    def say_cue(self) -> None:
        """Speak the card whose digit was struck."""
        number = int(self._struck)
        self.carry_out(lambda _sight: Say(number))

    def type_command(self) -> None:
        """Begin to type a command."""
        self.keys_top = None
        self.command.open()

    def open_palette(self) -> None:
        self.keys_top = None
        self.palette.open()

    def type_no_more(self) -> None:
        """Nothing is typed where it cannot be seen: letters are keys again, and `x` leaves."""
        self.command.close()
        self.palette.close()
        self.line.close()

    def with_digit(self, deed: Deed, digit: str) -> None:
        """Do a deed of two keys as if `digit` had been the second."""
        self._struck = digit
        deed.does(self)

    def copy_link(self) -> None:
        """Bring the link of what is known of the call under the cursor into the clipboard, that of an alarm first; of a session
        that is open in the log that of its recording."""
        if self.view is View.LOG:
            self.copy_recording_link()
            return
        row = self.under_cursor[0]
        known = [fact for fact in row.facts if fact.link] if row is not None else []
        self.copy(min(known, key=lambda fact: not fact.alarm).link if known else Notice("copy.no_link"))

    def open_detail(self) -> None:
        """Enter: the answer to the question on the screen, else the detail; it starts nothing else."""
        if self.question is not None:
            self._answer(self.question)
        else:
            self.open()

    def back(self) -> None:
        """Esc: one step back."""
        if self.question is not None:
            self._answer_no(self.question)
            self._fell = float("-inf")  # they saw it, and what they press next is meant for something else
        elif not self.close_one():
            self.clear_filter()

    def redraw(self) -> None:
        self.shell.redraw_console()

    def suspend(self) -> None:
        if self._held is not None:
            self.say(self._held)
        elif self.strip.phase in asking.UP:
            self.say(Notice("suspend.leg"))
        else:
            self.shell.suspend_console()

    def quit(self) -> None:
        """Back, and at the top the end; with a leg up the question what becomes of it."""
        if self._held is not None:
            self.say(self._held)
        elif self.question not in (None, questions.QUIT):
            self._answer_no(self.question)
        elif self.question is None and self.close_one():
            return
        elif self.question is questions.QUIT and self.strip.phase in asking.UP:
            self.say(Notice("quit.how"))
        elif self.strip.phase in asking.UP:
            self.question = questions.QUIT
        elif not self.unsaved():
            self.shell.close_console()

    def forward(self) -> None:
        """In the tree open a line, in a recording go on."""
        if self.in_tree and self.covered:
            self.uncover()
        elif self.in_tree:
            self.unfold()
        else:
            self.seek(SEEK)

    def rewind(self) -> None:
        """The other way."""
        if self.in_tree and self.covered:
            self.uncover()
        elif self.in_tree:
            self.fold()
        else:
            self.seek(-SEEK)

    def seek(self, seconds: float) -> None:
        """Go on in the recording so many seconds later, or earlier; not while a leg is up, which it would end."""
        if self.player is None:
            return
        if self.strip.phase in asking.UP:
            self.say(Notice("playback.up"))
        else:
            self._run(self._seek(self.player, seconds))

    async def _seek(self, player: Player, seconds: float) -> None:
        self.say(Notice("playback.at", {"at": duration(await player.seek(seconds))}))
        self.shell.paint_console()

    # inside

    def _be_coached(self) -> None:
        filtered = bool(self.sheet.filter.text) and not self.filters
        self.coach.look(self.strip, self.sheet.rows.values(), filtered=filtered, now=self.now)

    def _type(self, press: Press) -> bool:
        """Take a key into the question that is answered by typing; False: none is, or the key means something even then."""
        question = self.question
        if question is None or self.typed is None:
            return False
        if self.keymap.while_typing(press.key) is not None:  # quiet keys are taken whatever they come with
            return False
        if isinstance(self.typed, Jot | Naming) and self._presses.pasted(press):
            self._write(press.character or " ")
            return True
        if self._presses.pasted(press):
            self.say(Notice("key.pasted"))
        elif press.key == "enter":
            self._held = self._presses.hinders(ANSWER, press)
            self._answer(question)
        elif (
            (deed := self.keymap.by_key.get(press.key))
            and deed.name == question.by
            and self._presses.held(deed.name, press)
        ):
            pass  # it opened the question, and repeats itself
        elif (
            text := typed_on(question.typed, press, LONGEST if isinstance(self.typed, Jot | Naming) else SHORT)
        ) is not None:
            self.question = question._replace(typed=text)
        return True

    def _write(self, text: str) -> None:
        """Put what was pasted into a note: its lines become one, and nothing in it is a key."""
        if self.question is not None:
            typed = self.question.typed + "".join(sign if sign.isprintable() else " " for sign in text)
            self.question = self.question._replace(typed=typed[:LONGEST])

    def _answer_no(self, question: Question) -> None:
        self.saying.say(*questions.kept(question))
        self.question = None

    def _strike(self, press: Press) -> None:
        if self._types_on():
            self._fell = self.clock.monotonic()
        if self._fills(press.key):
            self._fill(press)
            return
        prefix, self.prefix = self.prefix, ""
        chord = f"{prefix} {press.key}" if prefix else press.key
        deed = self.keymap.by_key.get(chord)
        if deed is None and prefix and press.key != "escape":
            deed = self.keymap.anywhere(press.key)
        if deed is not None and deed.offered(self):
            self._do(deed, press)
            return
        self._presses.note(press)
        if not prefix and press.key in self.keymap.prefixes and hinting.seconds(press.key, self):
            self.prefix = press.key
        elif press.key != "escape":
            self.say(Notice("key.unknown", {"key": shown(chord)}))

    def click_row(self, line: int) -> None:
        """Somebody clicked on a line of the list: as with a key that moves, a question that Enter answers is gone by it."""
        if self._looks_at_the_list():
            if self.question is not None:
                self._answer_no(self.question)
            self.list.choose(line)

    def scroll(self, by: int) -> None:
        """Somebody turned the wheel."""
        if self.palette.text is None and self.typed is None:
            if self.question is not None:
                self._answer_no(self.question)
            self.move(by)

    def click_hint(self, key: str) -> None:
        """Somebody clicked on a hint: its key is pressed, of a deed with a digit the one before it, and Esc is no to that; but a
        question is answered by the keyboard alone, and nothing is started beside a palette that takes the letters: the key for
        silence among them."""
        deed = self.keymap.by_key.get(key)
        if self.filters and key == "escape":
            self.line.clear()
            return
        answers = deed is not None and deed.name == "open" and self.question is not None
        if deed is None or answers or self.command.text is not None or not deed.offered(self):
            return
        if self.palette.text is not None and deed.kind is not Kind.QUIET:
            return
        self.saying.pressed()
        prefix, self.prefix = self.prefix, ""
        if deed.numbered:
            self.prefix = key.partition(" ")[0]
        elif not (prefix and key == "escape"):
            self._do(deed, Press(key.rpartition(" ")[2], None, self.clock.monotonic()))
        self._be_coached()

    def click_second(self, key: str) -> None:
        """Somebody clicked on the second of two keys, which is waited for: a view, or a cue card."""
        prefix, self.prefix = self.prefix, ""
        deed = self.keymap.by_key.get(f"{prefix} {key}")
        if deed is not None and deed.offered(self):
            self.saying.pressed()
            self._do(deed, Press(key, None, self.clock.monotonic()))
        self._be_coached()

    def _looks_at_the_list(self) -> bool:
        typing = self.palette.text is not None or self.command.text is not None or self.typed is not None
        return not self.covered and not typing

    def _command(self, text: str, press: Press) -> None:
        """Do what was typed; Enter, which ended it, is still down and must not answer what that asks."""
        self._presses.hinders(ANSWER, press)
        found = commands.read(text, self)
        if isinstance(found, Notice):
            self.say(found)
        else:
            self._do(found, press)

    def _choose(self, deed: Deed, press: Press) -> None:
        """Do what was chosen in the palette, or ask for what has to be said with it."""
        self._presses.hinders(ANSWER, press)
        if commands.needs_more(deed):
            self.command.open(f"{deed.name} ")
        else:
            self._do(deed, press)

    def _palette_rows(self) -> list[PaletteRow]:
        return [
            PaletteRow(deed, keys_of(deed), _(deed.words), hinting.why_dim(deed, self))
            for deed in commands.everything(self)
            if deed.name != "palette"
        ]

    def _fills(self, key: str) -> bool:
        """Whether `key` gives points: not where it is all that somebody has to be quieter."""
        if self.scoring is None or self.keys_top is not None or self.prefix or key not in scoring.KEYS:
            return False
        deed = self.keymap.by_key.get(key)
        return deed is None or deed.name not in NEVER_HIDDEN or not scoring.KEYS.issuperset(deed.keys)

    def _fill(self, press: Press) -> None:
        """Take a key into the score sheet; a question that stands there is answered with no by it."""
        held = self._presses.hinders(f"score {press.key}", press)
        if self.question is not None:
            self._answer_no(self.question)
        why = self._why_fell if self._types_on() else held
        if why is None and self.scoring is not None:
            why = self.scoring.fill(press.key)
        if why is not None:
            self.say(why)

    def _do(self, deed: Deed, press: Press) -> None:
        question = self.question
        answers = deed.name == "open" and (question is not None or self.scoring is not None)
        careful = deed.kind in (Kind.SPEAK, Kind.END) or answers
        self._held = self._presses.hinders(ANSWER if answers else deed.name, press) if careful else None
        typed_on = self._types_on() or (self.keymap.by_key.get(press.key) is deed and self.still_scores(press.key))
        if deed.kind is Kind.SPEAK and typed_on:
            self._held = self._why_fell if self._types_on() else Notice("question.fell")
        if not careful:
            self._presses.note(press)
        if question is not None and deed.name not in (*LEAVE_QUESTION, question.by):
            if self.typed is not None:
                self._falls()
            self._answer_no(question)
        self._doing, self._struck = deed.name, press.key
        if self.covered and deed.name in ON_THE_LIST:
            if not self.uncover():
                self.say(Notice("score.open"))
        else:
            deed.does(self)
