"""What PNG, AVIF and BMP say of their colours, compared with what Chromium draws."""

import base64
import io
import shutil
import struct

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, encode
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catsex.photos.decoding.images import decode_image

pytestmark = pytest.mark.slow

MEAN = 0.2  # of 255
DRAW = """const [address, done] = arguments, image = new Image()
image.onerror = () => done(null)
image.onload = () => {
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight), context = canvas.getContext("2d")
  context.fillStyle = "white"
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0)
  canvas.convertToBlob().then(blob => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result.split(",")[1])
    reader.readAsDataURL(blob)
  })
}
image.src = address"""
P3 = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
ADOBE = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)


def png(chunks, image=COLOURS):
    info = PngInfo()
    for kind, content in chunks.items():
        info.add(kind, content)
    return encode(Image.fromarray(image), "PNG", pnginfo=info)


def cases():
    """Yield (what it is, its type, content)."""
    for gamma in (100_000, 55_600, 45_455):
        content = struct.pack(">I", gamma)
        yield f"gAMA {gamma}", "png", png({b"gAMA": content})
        yield f"gAMA {gamma}, grey", "png", png({b"gAMA": content}, GREY)
        yield f"gAMA {gamma}, P3", "png", png({b"gAMA": content, b"cHRM": P3})
        yield f"gAMA {gamma}, Adobe", "png", png({b"gAMA": content, b"cHRM": ADOBE})
    yield "cHRM alone", "png", png({b"cHRM": P3})
    for primaries in (1, 4, 5, 6, 7, 9, 11, 12):
        for transfer in (1, 4, 5, 7, 8, 13, 14, 16, 17, 18):
            yield f"cICP {primaries} {transfer}", "png", png({b"cICP": bytes((primaries, transfer, 0, 1))})
    yield "cICP, alpha", "png", png({b"cICP": bytes((12, 13, 0, 1))}, np.dstack([COLOURS, ALPHA]))
    try:
        import imagecodecs
    except ImportError:
        return
    large = COLOURS.repeat(4, axis=0).repeat(4, axis=1)
    for primaries, transfer in ((1, 13), (2, 2), (12, 13), (12, 1), (9, 14), (9, 16), (9, 18), (1, 8), (11, 17)):
        numbers = {"primaries": primaries, "transfer": transfer, "matrix": 6, "pixelformat": "444"}
        yield f"AVIF {primaries} {transfer}", "avif", imagecodecs.avif_encode(large, level=98, **numbers)
    bright = imagecodecs.avif_encode(large, level=98, primaries=9, transfer=16, matrix=6, pixelformat="444")
    at = bright.index(b"pixi")  # a property of the same length, which no decoder needs
    for peak in (150, 300, 2000):
        content = bright[:at] + b"clli" + struct.pack(">HHI", peak, 100, 0) + bright[at + 12 :]
        yield f"AVIF, {peak} nits", "avif", content


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Return a function that returns the pixels that Chromium draws of a picture."""
    webdriver = pytest.importorskip("selenium.webdriver")
    driver = shutil.which("chromedriver") or pytest.skip("no chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or pytest.skip("no Chromium")
    profile = tmp_path_factory.mktemp("profile")
    for option in ("--headless=new", "--no-sandbox", "--force-color-profile=srgb", f"--user-data-dir={profile}"):
        options.add_argument(option)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    browser.set_script_timeout(60)

    def draw(content, kind):
        address = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
        found = browser.execute_async_script(DRAW, address)
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(found))).convert("RGB")) if found else None

    yield draw
    browser.quit()


def test_chromium_draws_the_same_colours(drawn):
    wrong = []
    for name, kind, content in cases():
        expected, found = drawn(content, kind), decode_image(content, name).astype(int)
        if expected is None or (difference := np.abs(found - expected).mean()) > MEAN:
            wrong.append(name if expected is None else f"{name}: {difference:.2f}")
    assert not wrong, "\n".join(wrong)
