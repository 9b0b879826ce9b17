"""Does scripts/evaluate.py notice a shortcut that was planted, and is it silent where there is none?

Photos are drawn from a folder of photos and dealt to two classes by lot, so that what they show tells nothing. Then
something is done to those of one class that people do without thinking of it: another camera, a date stamp, a border,
another quality. All photos are saved anew either way. Caught means p < 0.05 after the correction for the
number of kinds of candidates. Nothing that a network sees has a part in it.

For example:

    python benchmarks/shortcuts.py --photos cats_and_dogs/train --draws 10
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from catsex import cli, files
from catsex.photos.decoding.images import decode_image
from catsex.photos.description import describe

LEVEL = 0.05


def main():
    """Plant each shortcut in many draws, and count how often it is noticed."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("--photos", metavar="FOLDER", required=True, help="photos, in folders or not")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=10, help="default: 10")
    parser.add_argument("--size", type=cli.whole_number(4, 10**4), default=20, help="photos of each class; default 20")
    parser.add_argument("--seed", type=cli.whole_number(0, 2**31), default=0, help="default: 0")
    parser.add_argument("--only", nargs="+", choices=[*PLANTED], metavar="NAME", default=[*PLANTED])
    args = parser.parse_args()
    paths = sorted(path for path in Path(args.photos).rglob("*.*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    results = {}
    print(f"{args.draws} draws of {args.size} photos of each class, of {len(paths)}; seed {args.seed}")
    for number, name in enumerate(PLANTED):
        if name not in args.only:
            continue
        rng = np.random.default_rng([args.seed, number])
        found = [noticed(rng, paths, args.size, *PLANTED[name]) for _ in range(args.draws)]
        caught = sum(bool(names) for names in found)
        often = [names[0] for names in found if names]
        most = max(set(often), key=often.count) if often else ""
        print(f"{name:<44}{caught:>4} of {args.draws}   {most}", flush=True)
        results[name] = found
    files.write_json(args.json, {"seed": args.seed, "draws": args.draws, "noticed": results})


def noticed(rng, paths, size, change, saved):
    """Return the names of the candidates that are noticed in one draw, the best first."""
    from catsex.evaluation.sample import Sample
    from catsex.evaluation.shortcuts import scoring
    from catsex.evaluation.shortcuts.candidates import find_candidates

    chosen, labels = rng.choice(len(paths), 2 * size, replace=False), np.arange(2 * size) % 2
    photos = Described(
        [made(rng, paths[photo], change, saved, label) for photo, label in zip(chosen, labels, strict=True)]
    )
    found = scoring.cross_validate(rng, find_candidates(photos), Sample(photos.numbers, labels), repeats=4)
    sure = [one for one in found if one["corrected"] < LEVEL]
    return [one["name"] for one in sorted(sure, key=lambda one: -one["accuracy"])]


class Described:
    """What `find_candidates` asks of a PhotoSet."""

    def __init__(self, descriptions):
        self.descriptions, self.columns = descriptions, {}
        self.paths = [Path("photo.jpg")] * len(descriptions)
        self.numbers = np.stack([one.numbers for one in descriptions])


def made(rng, path, change, saved, label):
    """Return the description of a photo, changed if its label is 1 and saved as `saved` says."""
    image = Image.open(path).convert("RGB")
    image = change(rng, image) if label else image
    options = {"format": "JPEG", "quality": 92} | (saved(rng, label) if saved else {})
    file = io.BytesIO()
    if options.pop("recompressed", None):
        image = again(image, 60)
    image.save(file, **options)
    return describe(file.getvalue(), decode_image(file.getvalue(), path), with_picture=False)


def again(image, quality):
    """Return an image as it is after JPEG."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def same(rng, image):
    """Leave an image as it is."""
    return image


def framed(share, colour):
    """Return a function that frames an image."""

    def change(rng, image):
        ImageDraw.Draw(image).rectangle(
            (0, 0, image.width - 1, image.height - 1), outline=colour, width=max(1, round(share * min(image.size)))
        )
        return image

    return change


def date_stamp(rng, image):
    """Stamp a date into the lower right corner, another one each time."""
    text = f"{rng.integers(1, 13)}/{rng.integers(1, 29)} '{rng.integers(0, 24):02d}"
    size = max(10, image.height // 16)
    place = (image.width - 5 * size, image.height - 1.6 * size)
    ImageDraw.Draw(image).text(place, text, fill=(255, 150, 40), font=ImageFont.load_default(size))
    return image


def watermark(rng, image):
    """Write across the middle, half transparent."""
    layer = Image.new("RGBA", image.size)
    size = max(10, image.width // 9)
    place = (image.width // 2 - 2.3 * size, image.height // 2 - size / 2)
    ImageDraw.Draw(layer).text(place, "SAMPLE", fill=(255, 255, 255, 110), font=ImageFont.load_default(size))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def logo(rng, image):
    """Put a blue dot into the upper left corner."""
    side = max(8, min(image.size) // 10)
    ImageDraw.Draw(image).ellipse((side // 2, side // 2, side * 3 // 2, side * 3 // 2), fill=(30, 90, 200))
    return image


def sticker(share, colour):
    """Return a function that puts a dot of a colour somewhere in an image."""

    def change(rng, image):
        side = max(6, round(share * min(image.size)))
        left, top = rng.integers(0, image.width - side), rng.integers(0, image.height - side)
        ImageDraw.Draw(image).ellipse((left, top, left + side, top + side), fill=colour)
        return image

    return change


def sharpened(radius, percent):
    """Return a function that sharpens an image, as phones and editors do."""
    return lambda rng, image: image.filter(ImageFilter.UnsharpMask(radius, percent, threshold=0))


def noise(rng, image):
    """Add noise, as in the dark."""
    pixels = np.asarray(image, np.float32)
    return Image.fromarray((pixels + rng.normal(0, 8, pixels.shape)).clip(0, 255).astype(np.uint8))


def half_and_up(rng, image):
    """Halve an image and enlarge it again."""
    half = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BICUBIC)
    return half.resize(image.size, Image.Resampling.BICUBIC)


def half(rng, image):
    """Halve an image."""
    return image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BICUBIC)


def warmer(rng, image):
    """Make an image more yellow."""
    return Image.fromarray((np.asarray(image) * np.array([1.15, 1.0, 0.8])).clip(0, 255).astype(np.uint8))


def soft(rng, image):
    """Blur an image a little."""
    return image.filter(ImageFilter.GaussianBlur(1.2))


def lawn(rng, image):
    """Lay a green ground under the lower third."""
    pixels = np.asarray(image, np.float32).copy()
    lower = pixels[2 * image.height // 3 :]
    lower[:] = 0.4 * lower + 0.6 * np.array([70, 130, 50], np.float32)
    return Image.fromarray(pixels.astype(np.uint8))


def camera(rng, label):
    """Name a camera: one in most photos of one class, another in most of the other."""
    exif = Image.Exif()
    exif[0x0110] = "Acme 7" if rng.random() < (0.9 if label else 0.2) else "Box 3"
    return {"exif": exif}


def quality(rng, label):
    """Save the photos of one class with less quality."""
    return {"quality": 80 if label else 92}


def recompressed(rng, label):
    """Save all photos as PNG, those of one class after JPEG."""
    return {"format": "PNG", "recompressed": bool(label)}


PLANTED = {  # what is done to one class, and how all are saved
    "nothing": (same, None),
    "nothing, PNG": (same, lambda rng, label: {"format": "PNG"}),
    "thin black border (1 %)": (framed(0.01, "black"), None),
    "red border (4 %)": (framed(0.04, "red"), None),
    "date stamp": (date_stamp, None),
    "watermark": (watermark, None),
    "logo": (logo, None),
    "red sticker, anywhere (7 % of the shorter side)": (sticker(0.07, (230, 60, 40)), None),
    "blue sticker, anywhere (5 %)": (sticker(0.05, (40, 80, 200)), None),
    "sharpened": (sharpened(2, 60), None),
    "sharpened a little": (sharpened(1, 40), None),
    "noise": (noise, None),
    "softer": (soft, None),
    "half the size": (half, None),
    "half the size and up again": (half_and_up, None),
    "other JPEG quality": (same, quality),
    "recompressed, then saved as PNG": (same, recompressed),
    "white balance": (warmer, None),
    "lawn": (lawn, None),
    "other camera, mostly": (same, camera),
}

if __name__ == "__main__":
    sys.exit(cli.run(main))
