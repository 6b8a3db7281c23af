"""A real Chromium for the browser tier, driven by Playwright: see tools/chromium.py for where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, ViewportSize, sync_playwright

from tools.chromium import ChromiumMissing, chromium_path, environment
from tools.npm import node_and_npm

__all__ = ["PHONE", "WIDE", "ChromiumMissing", "chromium_path", "launched", "playing"]

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
# Containers give Chromium neither user namespaces nor a roomy /dev/shm; the rest keeps it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def playing() -> Iterator[Playwright]:
    """What starts browsers; a thread can have one at a time. Raises ChromiumMissing with the command that installs one."""
    chromium_path()
    # Playwright's own Node.js wants a library (libatomic) that small machines lack.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node_and_npm()[0])
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launched(playwright: Playwright, *arguments: str) -> Iterator[Browser]:
    """A running browser, stopped at the end. Raises ChromiumMissing."""
    path = chromium_path()
    browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments], env={**environment(path)})
    try:
        yield browser
    finally:
        browser.close()
