"""Colours that a file describes by numbers instead of a profile, to sRGB: as browsers show them.

ITU-T H.273 numbers primaries and transfer characteristics (cICP of PNG, nclx of AVIF and HEIF); PNG's gAMA and cHRM
name them directly.
"""

from typing import NamedTuple

import numpy as np

D65 = (0.3127, 0.3290)
PRIMARIES = {  # H.273, table 2: red, green, blue, white
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65),
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
}
# H.273, table 3; of television (1, 6, 11, 14, 15) as a screen shows it, by ITU-R BT.1886.
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0} | dict.fromkeys((1, 6, 11, 14, 15), 2.4)
SMPTE240, SRGB, PQ, SMPTE428, HLG = 7, 13, 16, 17, 18
BT2020 = 9
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
WHITE_NITS, PEAK_NITS = 203, 1000  # of what is white in HDR, and of the brightest (ITU-R BT.2408; BT.2100)
SYSTEM_GAMMA = 1.2  # of HLG on a screen of PEAK_NITS (BT.2100)
STEPS = 4096  # of linear light, by which it is encoded again
ROWS = 256  # that are converted at once


class Colours(NamedTuple):
    """What the values of a picture mean.

    Attributes
    ----------
    transfer : int or float
        The number of a transfer characteristic; or a gamma, the power that gives linear light.
    primaries : tuple
        Red, green, blue and white, each (x, y).
    peak : int
        The brightest that is shown, in candela per square metre (nits): of PQ alone.
    """

    transfer: int | float
    primaries: tuple = PRIMARIES[1]
    peak: int = PEAK_NITS


def by_numbers(primaries, transfer):
    """Return the `Colours` that two of H.273's numbers stand for; None for sRGB and for what browsers do not know."""
    known = transfer in (*GAMMAS, SMPTE240, SRGB, PQ, SMPTE428, HLG) and primaries in PRIMARIES
    if not known or (transfer == SRGB and primaries == 1):
        return None
    return Colours(transfer, PRIMARIES[primaries])


def to_srgb(image, colours):
    """Convert a Pillow image with 8 bits a channel to sRGB.

    Parameters
    ----------
    image : PIL.Image.Image
        Its profile, if it has one, is left out of the result.
    colours : Colours

    Returns
    -------
    PIL.Image.Image
        Of mode RGB, or RGBA if anything can be seen through.
    """
    from PIL import Image

    clear = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if clear else "RGB")
    pixels = np.array(image)
    bright = colours.transfer in (PQ, HLG)
    light, matrix = _light(colours.transfer), _between(PRIMARIES[BT2020] if bright else colours.primaries, PRIMARIES[1])
    to_wide = _between(colours.primaries, PRIMARIES[BT2020])
    coded = (255 * _coded(np.arange(STEPS) / (STEPS - 1)) + 0.5).astype(np.uint8)
    for start in range(0, len(pixels), ROWS):
        linear = light[pixels[start : start + ROWS, :, :3]]
        if bright:
            linear = _dimmed(linear @ to_wide.T, colours)
        linear = np.clip(linear @ matrix.T, 0, 1)
        pixels[start : start + ROWS, :, :3] = coded[(linear * (STEPS - 1) + 0.5).astype(np.uint16)]
    return Image.fromarray(pixels, image.mode)


def _light(transfer):
    """Return the linear light of each value from 0 to 255, 1 being white: shape (256,), float32."""
    value = np.arange(256) / 255
    if isinstance(transfer, float):
        light = value**transfer
    elif transfer in GAMMAS:
        light = value ** GAMMAS[transfer]
    elif transfer == SMPTE240:
        light = np.where(value < 0.0913, value / 4, ((value + 0.1115) / 1.1115) ** (1 / 0.45))
    elif transfer == PQ:  # SMPTE ST 2084
        power = value ** (32 / 2523)
        light = np.maximum(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)
        light = 10_000 / WHITE_NITS * light ** (8192 / 1305)
    elif transfer == HLG:  # ITU-R BT.2100
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    elif transfer == SMPTE428:
        light = 52.37 / 48 * value**2.6
    else:
        light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def _dimmed(linear, colours):
    """Bring linear light of HDR, BT.2020 with a white of 1, to what a usual screen shows; HLG's is that of the scene.

    White becomes half of the brightest, or more if that is below `PEAK_NITS`, and what is brighter is compressed: the
    reference white tone mapping of SMPTE ST 2094-50, as Chromium has it.
    """
    if colours.transfer == HLG:
        brightness = np.maximum(linear @ _to_xyz(PRIMARIES[BT2020])[1].astype(np.float32), 1e-9)
        linear = linear * (PEAK_NITS / WHITE_NITS * brightness ** (SYSTEM_GAMMA - 1))[..., None]
    most = (PEAK_NITS if colours.transfer == HLG else colours.peak) / WHITE_NITS
    if most <= 1:
        return linear
    brightest = linear.max(axis=2)
    white = 1 - 0.5 * min(1, np.log2(most) / np.log2(PEAK_NITS / WHITE_NITS))
    (x0, y0), (x1, y1), (x2, y2) = (
        (1, white),
        (0.35 + 0.65 / white, 0.35 * white + 0.65),
        (most, 1),
    )  # Bezier, quadratic
    a, b, c = x0 - 2 * x1 + x2, x1 - x0, x0 - np.clip(brightest, 1, most)
    t = (np.sqrt(b * b - a * c) - b) / a
    wanted = np.where(brightest <= 1, brightest * y0, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2)
    return linear * (wanted / np.maximum(brightest, 1e-6))[..., None]


def _coded(light):
    """Return sRGB's values, 0 to 1, of linear light."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def _between(primaries, others):
    """Return the matrix, (3, 3), float32, that turns linear light of some primaries into that of others."""
    return (np.linalg.inv(_to_xyz(others)) @ _to_xyz(primaries)).astype(np.float32)


def _to_xyz(primaries):
    """Return the matrix to XYZ, adapted to D65 by Bradford's transform."""

    def xyz(point):
        return np.array([point[0] / point[1], 1, (1 - point[0] - point[1]) / point[1]])

    matrix = np.stack([xyz(point) for point in primaries[:3]], axis=1)
    white = xyz(primaries[3])
    matrix = matrix * np.linalg.solve(matrix, white)
    scale = np.diag((BRADFORD @ xyz(D65)) / (BRADFORD @ white))
    return np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ matrix
