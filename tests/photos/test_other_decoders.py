"""Every kind of photo, compared with what libvips and ImageMagick make of it."""

import io
import shutil
import subprocess

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, PROFILES, TIFFS, by_hand, encode, interlaced_png, profile, tiff
from PIL import Image, ImageCms, features

from catsex.photos.decoding.images import decode_image

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),
    pytest.mark.slow,
]

MEAN = 1  # of 255
LARGE = COLOURS.repeat(6, axis=0).repeat(6, axis=1)  # (288, 384, 3)
ELSEWHERE = {  # what the other program does otherwise, and why it is no reference for that
    "libvips": {
        "CMYK": "uses a printer's profile of its own where the file has none",
        "float": "takes 255 for white in floating-point values",
        "double": "takes 255 for white in floating-point values",
        "32 bits": "knows no range",
        "signed": "knows no range",
        "12 bits": "does not read them",
        "JPEG 2000": "as Debian builds it, does not read it",
        "deep JPEG 2000": "as Debian builds it, does not read it",
        "odd bits": "does not scale them",
        "first frame": "reads the default picture",
    },
    "ImageMagick": {
        "signed": "knows no declared range",
        "orientation in PNG": "version 6 does not look there",
        "orientation in WebP": "version 6 does not look there",
        "profile in HEIF": "does not read it",
        "profile in AVIF": "does not read it",
        "AVIF with alpha": "takes the colours for premultiplied",
    },
}


def photos():
    """Yield (kind, what, content of the file)."""
    plain = Image.fromarray(LARGE)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for file_format, name in (("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "WebP"), ("TIFF", "TIFF")):
            yield f"orientation in {name}", str(orientation), encode(plain, file_format, exif=exif.tobytes())
    yield "JPEG", "progressive", encode(plain, "JPEG", progressive=True)
    yield "JPEG", "4:4:4", encode(plain, "JPEG", subsampling=0, quality=95)
    yield "JPEG", "grey", encode(plain.convert("L"), "JPEG")
    yield "JPEG", "without its end", encode(plain, "JPEG")[:-2]
    yield "CMYK", "JPEG", encode(plain.convert("CMYK"), "JPEG", quality=95)
    yield "CMYK", "TIFF", encode(plain.convert("CMYK"), "TIFF")
    for mode in ("RGB", "L", "1", "P", "LA", "RGBA", "I;16"):
        yield (
            "PNG",
            mode,
            encode(
                Image.fromarray(LARGE[..., 0].astype(np.uint16) * 257) if mode == "I;16" else plain.convert(mode), "PNG"
            ),
        )
    yield "PNG", "alpha", encode(np.dstack([COLOURS, ALPHA]), "PNG")
    yield "WebP", "alpha", encode(np.dstack([COLOURS, ALPHA]), "WEBP", lossless=True, exact=True)
    yield "WebP", "lossy", encode(plain, "WEBP")
    yield "GIF", "", encode(plain.quantize(64), "GIF")
    yield "BMP", "", encode(plain, "BMP")
    yield "interlaced", "PNG", interlaced_png(GREY)
    yield "interlaced", "GIF", encode(plain.quantize(64), "GIF", interlace=1)
    yield from deep_and_coloured(plain)
    yield from modern(plain)
    yield from packed()


def packed():
    """Yield the same for what takes imagecodecs to write."""
    try:
        import imagecodecs
    except ImportError:
        return
    for bits in (3, 5, 6, 7):
        yield "odd bits", f"{bits}", tiff(GREY >> (8 - bits), bitspersample=bits, photometric="minisblack")
    layer = np.dstack([COLOURS, ALPHA])
    for compression in ("lzw", "deflate", "packbits"):
        options = {"photometric": "rgb", "extrasamples": ["unassalpha"], "compression": compression}
        yield "TIFF with alpha", compression, tiff(layer, **options)
    yield "deep JPEG 2000", "RGB", imagecodecs.jpeg2k_encode(COLOURS.astype(np.uint16) * 257, level=0)


def deep_and_coloured(plain):
    """Yield the same for TIFFs and embedded profiles."""
    for name, (pixels, options, _) in TIFFS.items():
        for order in "<>":
            for compression in (None, "zlib"):
                what = f"{name} {order} {compression}"
                kind = name.split(",")[0].split(" RGB")[0] if name[:2] in ("CM", "fl", "do", "32", "si") else "TIFF"
                yield kind, what, tiff(pixels, byteorder=order, compression=compression, **options)
    yield "TIFF", "tiles", tiff(COLOURS, photometric="rgb", tile=(16, 16), bigtiff=True)
    pairs = (GREY.astype(int) * 4095 // 255).reshape(-1, 2)
    packed = np.stack([pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255], axis=-1)
    for order in ("II", "MM"):
        yield "12 bits", order, by_hand(order, packed.astype(np.uint8).tobytes(), {258: (12,), 262: (1,), 277: (1,)})
    for name in PROFILES:
        content = profile(PROFILES[name])[0]
        for file_format in ("JPEG", "PNG", "TIFF", "WEBP"):
            yield f"profile in {file_format}", name, encode(plain, file_format, icc_profile=content)


def modern(plain):
    """Yield the same for formats that not every Pillow reads."""
    display_p3 = profile(PROFILES["Display P3"])[0]
    if features.check("jpg_2000"):
        yield "JPEG 2000", "", encode(plain, "JPEG2000")
    if features.check("avif"):
        yield "AVIF", "", encode(plain, "AVIF", quality=90)
        yield "AVIF with alpha", "", encode(np.dstack([COLOURS, ALPHA]), "AVIF", quality=95)
        yield "profile in AVIF", "Display P3", encode(plain, "AVIF", quality=90, icc_profile=display_p3)
    try:
        import pillow_heif
    except ImportError:
        return
    for kind, options in (("HEIF", {}), ("profile in HEIF", {"icc_profile": display_p3})):
        buffer = io.BytesIO()
        pillow_heif.from_pillow(plain).save(buffer, quality=90, **options)
        yield kind, "", buffer.getvalue()


def by_imagemagick(path, srgb):
    """Return the pixels that ImageMagick sees."""
    program = shutil.which("magick") or shutil.which("convert") or pytest.skip("ImageMagick is not installed")
    to_srgb = ["-intent", "relative", "-profile", srgb] if srgb else []
    options = ["-auto-orient", *to_srgb, "-background", "white", "-alpha", "remove", "-alpha", "off"]
    command = [program, f"{path}[0]", *options, "-colorspace", "sRGB", "-depth", "8", "ppm:-"]
    done = subprocess.run(command, capture_output=True, check=False)
    return np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGB")) if done.stdout else None


def by_libvips(path, srgb):
    """Return the pixels that libvips sees."""
    program = shutil.which("vipsthumbnail") or pytest.skip("libvips-tools is not installed")
    found = path.with_name("found.png")
    to_srgb = ["--export-profile", srgb, "--intent", "relative"] if srgb else []
    command = [program, path, "-o", f"{found}[strip]", "--size", "99999x99999>", *to_srgb]
    subprocess.run(command, capture_output=True, check=False)
    return decode_image(found.read_bytes(), found) if found.exists() and found.stat().st_size else None


@pytest.mark.parametrize(("kind", "what", "content"), [pytest.param(*p, id=" ".join(p[:2])) for p in photos()])
@pytest.mark.parametrize("program", ["ImageMagick", "libvips"])
def test_another_program_sees_the_same_photo(program, kind, what, content, tmp_path):
    if kind in ELSEWHERE[program]:
        pytest.skip(f"{program} {ELSEWHERE[program][kind]}")
    path = tmp_path / "photo"
    path.write_bytes(content)
    srgb = tmp_path / "srgb.icc"
    srgb.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    decode = {"ImageMagick": by_imagemagick, "libvips": by_libvips}[program]
    found = decode(path, srgb if kind.startswith("profile") else None)
    if found is None:
        pytest.skip(f"this {program} does not read {kind}")
    ours = decode_image(content, "photo")
    assert found.shape == ours.shape
    assert np.abs(found.astype(float) - ours).mean() <= MEAN
