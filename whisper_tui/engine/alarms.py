"""What stands across the screen because something is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whisper_tui.engine.backend import Banner
from whisper_tui.engine.line import Line
from whisper_tui.engine.views import Sight
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.explain import explain
from whisper_tui.terms import Notice


def alarms(
    sight: Sight,
    trouble: WhisperError | None,
    past: WhisperError | None,
    unkept: WhisperError | None,
    law: Notice | None,
    unshipped: Notice | None,
    lines: Iterable[Line],
    *,
    replay: bool,
) -> Iterator[Banner]:
    """Nothing may be seen, the log cannot be written (`trouble`), counted (`past`) or looked after (`unkept`), the policy's file is
    refused (`law`), the log does not reach its database (`unshipped`), the account may too little, somebody forges events."""
    if (blind := sight.blind()) is not None:
        yield Banner(explain(blind), alarm=True)
    if trouble is not None:
        yield Banner(Notice("log.unwritable", {"where": trouble.where, "why": trouble.what}), alarm=True)
    if past is not None:
        yield Banner(Notice("log.uncounted", {"where": past.where, "why": past.what}), alarm=True)
    if unkept is not None:
        yield Banner(Notice("log.unkept", {"where": unkept.where, "why": unkept.what}), alarm=True)
    if law is not None:
        yield Banner(law, alarm=True)
    if unshipped is not None:
        yield Banner(unshipped, alarm=True)
    for line in lines:
        if line.missing and not replay:
            yield Banner(line.rights_missing, alarm=True)
        if line.malformed:
            yield Banner(Notice("alarm.malformed", {"pbx": line.pbx, "count": str(line.malformed)}), alarm=True)
