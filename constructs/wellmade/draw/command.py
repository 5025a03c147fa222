"""`wellmade draw PATH…`: a picture of what templates define, drawn from their graph."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.errors import WellmadeError
from wellmade.harmless import write_err

if TYPE_CHECKING:
    from wellmade.draw.picture import Picture

DEFAULT_FILE = Path("architecture.svg")
_LEVELS = ("overview", "services", "everything")
_NOTES = ("alarms", "concurrency")
_FORMATS = (".svg", ".png", ".html", ".mmd")
EXAMPLES = """examples:
  wellmade draw cdk.out                                 architecture.svg of all its stacks
  wellmade draw template.yaml --out shop.png --width 1600
  wellmade draw cdk.out --level overview --out shop.html     a page to look around in
  wellmade draw cdk.out --show alarms,concurrency
  wellmade draw cdk.out --around OrdersHandler --hops 2
  wellmade draw --diff main.out cdk.out --out change.png     what a pull request adds and removes
  wellmade draw cdk.out --out shop.mmd                  Mermaid, for a README

exit code: 0 drawn, 2 the input could not be read or drawn"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="cdk.out, a template, or a folder; several in one"
    )
    parser.add_argument("--diff", nargs=2, type=Path, metavar=("OLD", "NEW"), help="two versions in one")
    parser.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_FILE,
        metavar="FILE",
        help=f"its ending says what is written: {', '.join(_FORMATS)} (default: {DEFAULT_FILE})",
    )
    parser.add_argument("--level", choices=_LEVELS, default="services", help="how much (default: services)")
    parser.add_argument(
        "--show", default="", metavar="LIST", help=f"what boxes say beside: {', '.join(_NOTES)}"
    )
    parser.add_argument("--around", metavar="RESOURCE", help="one resource and what it is connected to")
    parser.add_argument("--hops", type=_count, default=1, metavar="N", help="how far around (default: 1)")
    parser.add_argument(
        "--direction",
        choices=("down", "right"),
        help="(default: down; right where down is wider than 1,600 pixels and right is not)",
    )
    parser.add_argument(
        "--whole", action="store_true", help="one picture, however wide (default: sheets of 1,600 pixels)"
    )
    parser.add_argument("--width", type=_count, metavar="PIXELS", help="of a PNG (default: as it is drawn)")
    parser.add_argument("--icons", type=Path, metavar="FOLDER", help="icons of your own (default: ours)")


def run(options: argparse.Namespace) -> int:
    """Write the picture, and say on stderr what it shows and what it leaves out."""
    from wellmade.console import write_whole  # noqa: PLC0415 - what is drawn decides what is imported

    _require(options)
    picture = _picture(options)
    if not picture.boxes:
        raise WellmadeError("nothing to draw at this level; try --level everything")
    write_whole(options.out, _written(picture, options))
    _tell(picture, options.out)
    return 0


def _require(options: argparse.Namespace) -> None:
    if bool(options.paths) == bool(options.diff):
        given = "both" if options.diff else "none"
        raise WellmadeError(
            f"PATH must be a cdk.out folder or a template, or else --diff OLD NEW, got {given}"
        )
    if options.out.suffix not in _FORMATS:
        raise WellmadeError(f"--out must end in {', '.join(_FORMATS)}, got {options.out}")
    unknown = sorted(set(_noted(options)) - set(_NOTES))
    if unknown:
        raise WellmadeError(f"--show must be of {', '.join(_NOTES)}, got {', '.join(unknown)}")
    if options.width and options.out.suffix != ".png":
        raise WellmadeError(f"--width must be given with a .png, got {options.out}")


def _noted(options: argparse.Namespace) -> list[str]:
    return [each.strip() for each in options.show.split(",") if each.strip()]


def _picture(options: argparse.Namespace) -> "Picture":
    from wellmade.draw.around import around  # noqa: PLC0415 - what is drawn decides what is imported
    from wellmade.draw.difference import difference  # noqa: PLC0415 - as above
    from wellmade.draw.gather import picture_of  # noqa: PLC0415 - as above
    from wellmade.draw.levels import Level  # noqa: PLC0415 - as above
    from wellmade.graph import load  # noqa: PLC0415 - as above

    level, notes = Level(options.level), _noted(options)
    if options.diff:
        old, new = (load([path]) for path in options.diff)
        picture = difference(old, new, level, notes)
    else:
        picture = picture_of(load(options.paths), level, notes)
    return around(picture, options.around, options.hops) if options.around else picture


def _written(picture: "Picture", options: argparse.Namespace) -> bytes:
    if options.out.suffix == ".mmd":
        from wellmade.draw.mermaid import as_mermaid  # noqa: PLC0415 - as above

        return as_mermaid(picture, options.direction or "down").encode()
    from wellmade.draw.icons import icons_in  # noqa: PLC0415 - as above
    from wellmade.draw.layout import laid_out  # noqa: PLC0415 - as above
    from wellmade.draw.places import SCREEN  # noqa: PLC0415 - as above
    from wellmade.draw.svg import as_svg  # noqa: PLC0415 - as above

    icons = icons_in(options.icons) if options.icons else None
    layout = laid_out(picture, options.direction, whole=options.whole)
    if layout.width > SCREEN:
        write_err(
            f"wellmade: {options.out} is {layout.width:,.0f} pixels wide, more than a screen shows; "
            "draw less of it, with --level, --around or a stack alone\n"
        )
    svg = as_svg(layout, icons, tells_lines=options.out.suffix == ".html")
    if options.out.suffix == ".png":
        from wellmade.draw.png import as_png  # noqa: PLC0415 - as above

        _tell_missing(picture)
        return as_png(svg, options.width)
    if options.out.suffix == ".html":
        from wellmade.draw.html import as_html  # noqa: PLC0415 - as above

        return as_html(svg, " · ".join(frame.title for frame in picture.frames)).encode()
    return svg.encode()


def _tell(picture: "Picture", file: Path) -> None:
    counts = f"{len(picture.boxes)} boxes, {len(picture.arrows)} arrows"
    write_err(f"wellmade: {file}: {counts}\n")
    if picture.left_out:
        most = sorted(picture.left_out.items(), key=lambda each: (-each[1], each[0]))
        named = ", ".join(f"{count} {kind.removeprefix('AWS::')}" for kind, count in most[:5])
        more = f" and {len(most) - 5} more types" if len(most) > 5 else ""
        write_err(f"wellmade: without a box of their own: {named}{more}; --level everything has all\n")


def _tell_missing(picture: "Picture") -> None:
    from wellmade.draw.text import missing_in  # noqa: PLC0415 - as above

    missing = sorted(missing_in("".join(box.title for box in picture.boxes.values())))
    if missing:
        write_err(
            f"wellmade: the font of the PNG has no {' '.join(missing[:10])}; write an .svg or .html, "
            "which take the fonts of whoever looks at them\n"
        )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= 20_000:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 20000, got {text}")
    return int(text)
