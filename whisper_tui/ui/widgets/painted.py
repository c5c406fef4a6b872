"""The one widget that every pane is: lines of spans, of which only what changed is drawn again (Textual's line API)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.segment import Segment
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from whisper_tui.ui.changed_cells import Sent
from whisper_tui.ui.inks import EMPTY, Ink, Line, changed, crop
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
        """Yield what changed since the last time, where it stands on the screen."""
        for region in self._changed:
            if region.y < self._at.height:
                strip = self._strip(region.y).crop(region.x, region.right)
                yield self._at.x + region.x, self._at.y + region.y, strip

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
        line = self._drawn[y] if y < len(self._drawn) else EMPTY
        width = self._at.width
        style = self._palette.style
        ground = line.ground
        segments = [Segment(self._shown(text), style(ink, ground)) for text, ink in crop(line.spans, width)]
        strip = Strip(segments).adjust_cell_length(width, style(Ink.TEXT, ground))
        for line_filter in self.app.get_line_filters():
            strip = strip.apply_filter(line_filter, self._ground)
        return strip

    def _shown(self, text: str) -> str:
        text = printable(text)
        return text if self._unicode else plain(text)

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
