"""A short program beside a model in LiteRT's format, which shows how to use it without catsex."""

from pathlib import Path

from catsex.errors import ModelError, reason
from catsex.files import replacing, show
from catsex.prediction.saving import METADATA

EXAMPLE = """\
\"\"\"Says of a photo what {name} makes of it: python {example} PHOTO  (needs ai-edge-litert, numpy and Pillow).\"\"\"
import json, pathlib, sys, zipfile
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

path = str(pathlib.Path(__file__).with_name({name!r}))
interpreter = Interpreter(path)
entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
photo = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
{fit}
interpreter.allocate_tensors()
interpreter.set_tensor(entry["index"], np.asarray(photo, np.float32)[None])  # pixels 0 to 255, (1, H, W, 3)
interpreter.invoke()
names = json.loads(zipfile.ZipFile(path).read("{metadata}"))["class_names"]
print(dict(zip(names, interpreter.get_tensor(result["index"])[0].tolist())))
"""
FITS = {
    True: 'interpreter.resize_tensor_input(entry["index"], (1, photo.height, photo.width, 3))',
    False: 'photo = photo.resize((int(entry["shape"][2]), int(entry["shape"][1])), Image.Resampling.BILINEAR)',
}


def write_example(path, model):
    """Write beside a LiteRT file a program of a few lines that uses it, and return its path.

    Raises
    ------
    ModelError
        If it cannot be written.
    """
    path = Path(path)
    place = path.with_suffix(".example.py")
    words = {
        "name": path.name,
        "example": place.name,
        "metadata": METADATA,
        "fit": FITS[None in model.input_shape[1:3]],
    }
    try:
        with replacing(place) as temporary:
            temporary.write_text(EXAMPLE.format(**words), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{show(place)} cannot be written: {reason(error)}") from error
    return place
