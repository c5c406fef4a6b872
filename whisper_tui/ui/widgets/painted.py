"""The one widget that every pane is: lines of spans, of which only what changed is drawn again (Textual's line API)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from whisper_tui.ui.changed_cells import Sent
from whisper_tui.ui.inks import EMPTY, Ink, Line, Linked, changed, crop, width_of
from whisper_tui.ui.signs import plain, printable
from whisper_tui.ui.themes import Palette


class Painted(Widget):
    """A pane.

    Args:
        name: its id.
        palette: how the inks look.
        unicode: False: only ASCII is shown.
    """

    DEFAULT_CSS = "Painted { position: absolute; width: 0; height: 0; display: none; }"

    def __init__(self, name: str, palette: Palette, *, unicode: bool) -> None:
        super().__init__(id=name)
        self._palette = palette
        self._unicode = unicode
        self._drawn: Sequence[Line] = ()
        self._strips: dict[int, Strip] = {}
        self._changed: list[Region] = []
        self._at = Region()
        self._ground = Color.parse(palette.file.textual.background)

    def wear(self, palette: Palette) -> None:
        """Look as another theme says."""
        self._palette = palette
        self._ground = Color.parse(palette.file.textual.background)
        self._strips.clear()
        self._changed.clear()
        self.refresh()

    def paint(self, lines: Sequence[Line]) -> None:
        """Show `lines`, from the top, as soon as `sent` or `refresh_changed` is called."""
        if lines is self._drawn:
            return
        for y, (old, new) in enumerate(zip_longest(self._drawn, lines, fillvalue=EMPTY)):
            if old is not new and (extent := changed(old, new)) is not None:
                begin, end = extent
                self._changed.append(Region(begin, y, end - begin, 1))
                self._strips.pop(y, None)
        self._drawn = lines

    def changes(self) -> Iterator[Sent]:
        """Yield what changed since the last time, in whole spans, where it stands on the screen."""
        for region in self._changed:
            if region.y < self._at.height and (parts := list(self._parts(region))):
                segments = [segment for _x, segment in parts]
                yield self._at.x + parts[0][0], self._at.y + region.y, self._filtered(segments)

    def sent(self) -> None:
        """What changed is on the terminal."""
        self._changed.clear()

    def refresh_changed(self) -> None:
        """Let Textual bring to the terminal what changed."""
        if self._changed:
            self.refresh(*self._changed)
            self._changed.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of `crop`. There is no border and no padding to style, so they are kept as they are."""
        kept = self._strips
        strips = [kept[y] if y in kept else self._strip(y) for y in crop.line_range]
        return strips if crop.column_span == (0, self._at.width) else [s.crop(*crop.column_span) for s in strips]

    def render_line(self, y: int) -> Strip:
        """Return line `y` as Textual wants it."""
        width = self._at.width
        segments = [segment for _x, segment in self._parts(Region(0, y, width, 1))]
        return Strip(self._filtered(segments), width)

    def _parts(self, region: Region) -> Iterator[tuple[int, Segment]]:
        """Yield the spans of a line that reach into `region`, each with the column at which it begins; filled up to the right."""
        line = self._drawn[region.y] if region.y < len(self._drawn) else EMPTY
        x, end = 0, min(region.right, self._at.width)
        for text, ink in crop(line.spans, self._at.width):
            if x >= end:
                return
            wide = width_of(text)
            if x + wide > region.x:
                yield x, _segment(text, self._palette.style(ink, line.ground), self._unicode)
            x += wide
        if x < end:
            begin = max(x, region.x)
            yield begin, Segment(" " * (end - begin), self._palette.style(Ink.TEXT, line.ground))

    def _filtered(self, segments: list[Segment]) -> list[Segment]:
        for line_filter in self.app.get_line_filters():
            segments = line_filter.apply(segments, self._ground)
        return segments

    def _strip(self, y: int) -> Strip:
        strip = self._strips[y] = self.render_line(y)
        return strip

    def place(self, region: Region) -> None:
        """Stand at `region` of the screen; without height: not at all."""
        self._strips.clear()
        self._changed.clear()
        self._at = region
        shown = region.height > 0 and region.width > 0
        self.display = shown
        if shown:
            self.styles.offset = region.offset
            self.styles.width = region.width
            self.styles.height = region.height


@lru_cache(maxsize=4096)
def _segment(text: str, style: Style, unicode: bool) -> Segment:
    if isinstance(text, Linked):
        style, text = style.update_link(text.link), str(text)
    shown = printable(text)
    return Segment(shown if unicode else plain(shown), style)
