"""Turns what one supervisor does into rows of the session log."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from whisper_tui.audit.recordings import hidden
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Score, Who, Whom
from whisper_tui.engine.logbook import Logbook
from whisper_tui.supervision.leg import Leg
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, LegId, Mode, Right, Subject


class Scribe:
    """Writes for one supervisor.

    Args:
        phone: the supervisor's device.
        enforcement: "advisory" in direct mode, "enforced" behind a daemon.
    """

    def __init__(self, book: Logbook, who: Who, phone: str, enforcement: str) -> None:
        self._book = book
        self.who = who
        """Whose rows these are: the profile, and the policy, of now."""
        self._phone = phone
        self._enforcement = enforcement

    async def requested(self, session: Session, deed: str, asked: Mode | None, allowed_by: Subject | None) -> None:
        """On disk before anything loud is done.

        Args:
            allowed_by: another person who allowed it.

        Raises:
            WhisperError: it is not on disk; nothing may be done.
        """
        mode = session.mode.value if session.mode else ""
        record = self._of(Kind.REQUESTED, session, deed=deed, mode_asked=asked.value if asked else "", mode=mode)
        await self._book.write(structs.replace(record, other=who_is(allowed_by) if allowed_by is not None else None))

    async def breaks_glass(self, session: Session, right: Right, rule: str, told: Iterable[str]) -> None:
        """On disk before `rule` is gone past.

        Raises:
            WhisperError: it is not on disk; nothing may be done.
        """
        record = self._of(Kind.GLASS_BROKEN, session, deed=deed_of(right), rule=rule)
        await self._book.write(structs.replace(record, told=tuple(sorted(told))))

    def denied(self, deed: str, rule: str, call: CallRef | None, times: int = 1, whom: Whom | None = None) -> None:
        """`rule` is the true one, also where the person is told less."""
        row = structs.replace(self._row(Kind.DENIED), deed=deed, rule=rule, call=call, times=times, whom=whom)
        self._book.write_soon(row)

    async def about(self, kind: Kind, **fields: object) -> None:
        """Anything that has to be on disk first, and is about no session of this person's.

        Raises:
            WhisperError: it is not on disk.
        """
        await self._book.write(structs.replace(self._row(kind), **fields))

    def about_soon(self, kind: Kind, **fields: object) -> None:
        """The same of what has been done."""
        self._book.write_soon(structs.replace(self._row(kind), **fields))

    async def note(self, first: Record, text: str, talked: float | None) -> None:
        """A note beside the session that the row `first` opens. `talked`: seconds of its call so far, None: it is over.

        Raises:
            WhisperError: it is not on disk.
        """
        await self._book.write(structs.replace(self._beside(Kind.NOTE, first), deed="note", detail=text, lasted=talked))

    async def score(self, first: Record, score: Score) -> None:
        """A score beside the session that the row `first` opens.

        Raises:
            WhisperError: it is not on disk.
        """
        await self._book.write(structs.replace(self._beside(Kind.SCORE, first), deed="score", score=score))

    async def cue(self, session: Session, text: str, leg: LegId | None = None) -> None:
        """On disk before the agent gets it; `leg`: the one that speaks it, None: it is a text.

        Raises:
            WhisperError: it is not on disk.
        """
        await self._book.write(structs.replace(self._cue(session, leg), detail=text))

    def uncued(self, session: Session, cause: str, why: str, leg: LegId | None = None) -> None:
        """The agent did not get it, or may not have got it."""
        self._book.write_soon(structs.replace(self._cue(session, leg), cause=cause, detail=why))

    def _cue(self, session: Session, leg: LegId | None) -> Record:
        row = self._of(Kind.CUE, session, deed="cue")
        return structs.replace(row, deed="say", leg=leg) if leg is not None else row

    def of_reading(self, kind: Kind, detail: str, **fields: object) -> Record:
        """What is noted of this person's reading, elsewhere than in the log itself."""
        return structs.replace(self._row(kind), detail=detail, **fields)

    def ringing(self, leg: LegId) -> None:
        self._book.write_soon(structs.replace(self._row(Kind.RINGING), leg=leg))

    def joined(self, leg: Leg) -> None:
        self._book.write_soon(structs.replace(self._row(Kind.JOINED), leg=leg.ident, leg_kind=_kind(leg)))

    def aimed(self, session: Session, leg: Leg, mode: Mode) -> None:
        self._book.write_soon(self._heard(Kind.AIMED, session, leg, mode))

    def mode(self, session: Session, leg: Leg, deed: str, mode: Mode) -> None:
        self._book.write_soon(structs.replace(self._heard(Kind.MODE, session, leg, mode), deed=deed))

    def suspended(self, session: Session, rule: str) -> None:
        """The privacy curtain: nothing is heard until a person resumes."""
        self._book.write_soon(structs.replace(self._of(Kind.SUSPENDED, session), rule=rule))

    def told(self, session: Session, *, reached: bool) -> None:
        """The agent was sent the text that the profile asks for; `reached`: the PBX took it."""
        self._book.write_soon(self._of(Kind.NOTIFIED, session, detail="told" if reached else "not told"))

    def declined(self, session: Session) -> None:
        """The agent pressed the key that ends coaching for this call."""
        self._book.write_soon(self._of(Kind.DECLINED, session))

    def keypad(self, session: Session | None, leg: Leg, digit: str) -> None:
        row = structs.replace(self._row(Kind.KEYPAD), leg=leg.ident, detail=digit, mode=leg.mode.value)
        self._book.write_soon(structs.replace(row, session=session.ident) if session else row)

    def left(self, session: Session, cause: str, certainty: Certainty) -> None:
        """A session is over; `cause` is a stable code."""
        row, talk = self._of(Kind.LEFT, session, cause=cause), session.talk
        self._book.write_soon(
            structs.replace(
                row,
                seconds={mode.value: round(spent, 3) for mode, spent in session.seconds.items()},
                audible=round(session.audible, 3),
                spoken=round(talk.said, 3) if talk is not None else None,
                longest_talk=round(talk.long, 3) if talk is not None else None,
                end_certainty=certainty,
                recording=session.recording.value,
                recording_holds_coach=session.ever_held,
                recording_file=hidden(session.recording_file, session.caller),
            )
        )

    def leg_ended(self, leg: LegId, cause: str, certainty: Certainty) -> None:
        self._book.write_soon(structs.replace(self._row(Kind.LEG_ENDED), leg=leg, cause=cause, end_certainty=certainty))

    def _heard(self, kind: Kind, session: Session, leg: Leg, mode: Mode) -> Record:
        """What is confirmed of a session that hears: mode, microphone, and whose voice is recorded."""
        return structs.replace(
            self._of(kind, session, mode=mode.value, microphone=leg.microphone.value, leg_kind=_kind(leg)),
            recording=session.recording.value,
            recording_holds_coach=session.holds_coach,
        )

    def _row(self, kind: Kind) -> Record:
        return structs.replace(self._book.record(kind, self.who), phone=self._phone, enforcement=self._enforcement)

    def _beside(self, kind: Kind, first: Record) -> Record:
        """A row of now beside the session that the row `first` opens; who the caller was stands there."""
        call = structs.replace(first.call, caller="") if first.call is not None else None
        return structs.replace(self._row(kind), leg=first.leg, session=first.session, whom=first.whom, call=call)

    def _of(self, kind: Kind, session: Session, **fields: str) -> Record:
        return structs.replace(
            self._row(kind),
            leg=session.leg,
            session=session.ident,
            follows=session.follows or "",
            reason=session.reason,
            picked=session.picked,
            whom=_whom(session),
            call=CallRef(
                pbx=session.call.pbx,
                linkedid=session.linkedid,
                customer=session.call.uniqueid,
                agent=session.target,
                caller=session.caller,
            ),
            **fields,
        )


def who_is(subject: Subject) -> Who:
    """A person as the log names them."""
    return Who(subject.user, subject.uid, subject.login_uid)


def deed_of(right: Right) -> str:
    """A right as the log names its use: `listen`."""
    return right.value.removeprefix("call.")


def ref_of(call: CallKey) -> CallRef:
    """A call of which no more is known here."""
    return CallRef(pbx=call.pbx, customer=call.uniqueid)


def _whom(session: Session) -> Whom:
    kin = session.belongs
    return Whom(session.agent, session.member, session.queue, kin.campaign, kin.department, kin.team, kin.location)


def _kind(leg: Leg) -> str:
    return leg.kind.value if leg.kind else ""
