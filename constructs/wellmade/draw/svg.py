"""A picture as SVG: one file that needs nothing else, and the same bytes for the same template."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wellmade.draw import shapes
from wellmade.draw.icons import icon_of
from wellmade.draw.picture import Arrow, Flow, Picture, Status
from wellmade.draw.places import Layout, Place
from wellmade.draw.sizes import WORD
from wellmade.draw.text import width_of, writable
from wellmade.draw.titles import titles_of

_LEGEND = 44
_SAMPLE = 46


def as_svg(layout: Layout, icons: Mapping[str, str] | None = None, *, tells_lines: bool = False) -> str:
    """Return the whole document, with a legend of what is in it.

    Args:
        layout: What is drawn, and where everything is.
        icons: Icons by service, as data URLs. Default: the glyphs of this package.
        tells_lines: Whether boxes say in which line they are defined, which any change of the template moves.
    """
    picture = layout.picture
    frames = [each for top in picture.frames for each in top.every_frame()]
    titles = titles_of(frames, layout)
    legend, legend_width = _legend(picture, layout.height)
    width, height = shapes.number(max(layout.width, legend_width)), shapes.number(layout.height + _LEGEND)
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>',
        f"<style>{Path(__file__).with_name('style.css').read_text()}</style>",
        f'<rect class="paper" {size}/>',
        *(shapes.frame(each, layout.places[each.id]) for each in frames),
        *_arrows(layout),
        *(shapes.frame_title(each, *line) for each in frames for line in titles[each.id]),
        *(
            shapes.box(box, layout.places[box.id], icon_of(box.type, icons or {}), tells_line=tells_lines)
            for box in picture.boxes.values()
        ),
        legend,
        "</svg>",
    ]
    return writable("\n".join(parts) + "\n")


def _arrows(layout: Layout) -> Iterator[str]:
    for number, points in sorted(layout.ways.items()):
        yield shapes.arrow(layout.picture.arrows[number], points)


def _legend(picture: Picture, top: float) -> tuple[str, float]:
    """Return a sample of each kind of arrow and change that is in the picture, and where it ends."""
    x, y, parts = 24.0, top + 18, []
    for flow in (each for each in Flow if any(arrow.flow is each for arrow in picture.arrows)):
        parts.append(shapes.arrow(Arrow("", "", flow), [(x, y), (x + _SAMPLE - 10, y)]))
        parts.append(shapes.text(flow.value, x + _SAMPLE, y + 4, WORD, word="word"))
        x += _SAMPLE + width_of(flow.value, WORD) + 26
    statuses = {box.status for box in picture.boxes.values()} | {arrow.status for arrow in picture.arrows}
    for status in (each for each in Status if each in statuses - {Status.SAME}):
        sample = shapes.rectangle(Place(x, y - 8, 22, 16), 4)
        parts.append(f'<g class="box other {status}">{sample}</g>')
        parts.append(shapes.text(status.value, x + 30, y + 4, WORD, word="word"))
        x += 30 + width_of(status.value, WORD) + 26
    return f'<g class="legend">{"".join(parts)}</g>', x
