"""How well a colour can be read on another one (WCAG 2.1). Colours are `#rrggbb`."""

from __future__ import annotations

LEAST = 4.5
"""What WCAG asks of text (1.4.3, AA)."""

_STEPS = 20
"""In so many steps a colour is brought nearer to white, or to black, until it can be read."""


def is_colour(text: str) -> bool:
    """Tell whether `text` is `#rrggbb`."""
    return len(text) == 7 and text[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])


def is_grey(colour: str) -> bool:
    """Tell whether a colour has no hue."""
    return len(set(_parts(colour))) == 1


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, 1.0 (they are the same) to 21.0."""
    lighter, darker = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: str, ground: str, least: float = LEAST) -> str:
    """Return `colour`, or what is nearest to it on the way to white or to black and has a contrast of `least` on `ground`."""
    end = max(("#ffffff", "#000000"), key=lambda each: contrast(each, ground))
    tried = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in tried if contrast(each, ground) >= least), end)


def _mixed(one: str, two: str, share: float) -> str:
    pairs = zip(_parts(one), _parts(two), strict=True)
    return "#" + "".join(f"{round(was + (then - was) * share):02x}" for was, then in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
