"""Colours that can be told from their ground (WCAG 2.2, relative luminance and contrast ratio)."""

from typing import Final

DARK_GROUND: Final = "#15171A"
"""That of page.css; a test compares them."""


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two #rrggbb colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lighten(colour: str, *, ground: str = DARK_GROUND, ratio: float = 5.0) -> str:
    """`colour` mixed with as little white as gives that contrast on a dark `ground`.

    >>> contrast(lighten("#0072B2"), DARK_GROUND) >= 5
    True
    """
    mixed = colour
    for share in range(0, 101, 4):
        mixed = "#" + "".join(f"{round(c + (255 - c) * share / 100):02X}" for c in _channels(colour))
        if contrast(mixed, ground) >= ratio:
            break
    return mixed


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
