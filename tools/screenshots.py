"""Photographs of the pages, from the sample network of the browser tests: `make screenshots` for the two of the README.

`python -m tools.screenshots --all FOLDER` takes every page in both languages at both widths, for looking at.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.support.browser import PHONE, WIDE, launched, playing
from tests.support.sample_day import played
from tests.support.sample_network import SampleNetwork
from tests.support.sights import SIGHTS
from tests.support.visiting import LOCALES, Sight, entered, photograph, visit

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZES = {"phone": PHONE, "wide": WIDE}
README = {"find-a-desk": "member-find", "arrivals": "desk-arrivals"}


def main() -> None:
    """Take the pictures that the command line asks for."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        played(Path(folder)) as made,
        playing() as playwright,
        launched(playwright) as browser,
    ):
        if options.all:
            take_all(browser, made, options.all, options.only)
        else:
            take_for_readme(browser, made, IMAGES)


def take_for_readme(browser: Browser, made: SampleNetwork, folder: Path) -> None:
    """The two pictures of the README: a phone, in English, sharp on good screens."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sight_name in README.items():
        sight = next(one for one in SIGHTS if one.name == sight_name)
        context = entered(browser, made, sight, "en", PHONE, device_scale_factor=2)
        page = context.new_page()
        visit(page, made, sight)
        page.screenshot(path=folder / f"{name}.png")
        context.close()
        print(f"{folder / name}.png")


def take_all(browser: Browser, made: SampleNetwork, folder: Path, only: str) -> None:
    """Every page, or those whose name has `only` in it."""
    for sight in SIGHTS:
        if only in sight.name:
            for language in LOCALES:
                _take(browser, made, sight, language, folder)
            print(sight.name, flush=True)


def _take(browser: Browser, made: SampleNetwork, sight: Sight, language: str, folder: Path) -> None:
    context = entered(browser, made, sight, language, PHONE)
    page = context.new_page()
    visit(page, made, sight)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        photograph(page, folder / f"{sight.name}-{language}-{size}.png")
    context.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, language and width")
    parser.add_argument("--only", default="", metavar="PART", help="with --all: only pages with this in their name")
    return parser.parse_args()


if __name__ == "__main__":
    main()
