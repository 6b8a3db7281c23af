"""The front desk reads a passport with the camera, within the security policy and without any service of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.support.browser import PHONE, launched
from tests.support.styleguide_app import PASSPORT, served


@pytest.fixture
def camera(tmp_path: Path, playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser whose camera looks at a passport."""
    still = tmp_path / "camera.png"
    segno.make(PASSPORT, error="m", micro=False).save(still, scale=4, border=6)
    with Image.open(still) as code:
        view = Image.new("RGB", (640, 480), "#8a7f70")
        view.paste(code.convert("RGB"), ((640 - code.width) // 2, (480 - code.height) // 2))
    film = tmp_path / "camera.mjpeg"
    view.save(film, "JPEG", quality=95)
    film.write_bytes(film.read_bytes() * 2)
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
    with served() as address, launched(playwright, *fake) as running:
        context = running.new_context(viewport=PHONE, permissions=["camera"], base_url=address)
        yield context
        context.close()


def test_the_camera_reads_a_passport_and_sends_it(camera) -> None:
    page = camera.new_page()
    page.goto("/phone")
    page.get_by_role("button", name="Scan a passport").click()
    expect(page.get_by_text(PASSPORT)).to_be_visible(timeout=15_000)


def test_a_refused_camera_leads_to_the_field(camera) -> None:
    page = camera.new_page()
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'))")
    page.goto("/phone")
    page.get_by_role("button", name="Scan a passport").click()
    expect(page.get_by_text("The camera is not available.")).to_be_visible()
    expect(page.get_by_label("Passport code")).to_be_focused()
