"""New photos to class probabilities and the similarity to the nearest training photo."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catsex import backend
from catsex.errors import CatsexError, ModelError, reason
from catsex.photos.contrast import is_flat
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.levels import find_levels
from catsex.photos.decoding.notices import say_once
from catsex.photos.layouts.listing import JPEG_SUFFIXES
from catsex.photos.layouts.unlabelled import is_address, read_photo

if TYPE_CHECKING:
    from catsex.prediction.predictor import Predictor


FOUND_IN_THESE = "found in these photos, since the model was trained on none of more than 8 bits"
PHOTOS_AT_ONCE = 8  # on a CPU as fast as larger ones


def decoder_for(classifier: "Predictor", sources: Sequence[Any], strict: bool = False) -> Decoder:
    """Return how new photos are decoded: as those that the model was trained on.

    If these had 8 bits, nothing says what is white in new ones that have more: that is found in them, and said.

    Parameters
    ----------
    classifier, sources, strict
        As `examine` takes them.
    """
    decoder = classifier.decoder(strict)
    if decoder.levels:
        return decoder
    files = [Path(source) for source in sources if isinstance(source, str | Path) and not is_address(source)]
    paths = [path for path in files if path.suffix.lower() not in JPEG_SUFFIXES]
    return replace(decoder, levels=find_levels(paths, decoder.frame, decoder.bands, FOUND_IN_THESE))


def classify(
    classifier: "Predictor", sources: Sequence[str | Path], strict: bool = False
) -> Iterator[tuple[str | Path, np.ndarray, np.ndarray]]:
    """Return the probability of each class for each photo.

    Parameters
    ----------
    classifier, sources, strict
        As `examine` takes them.

    Yields
    ------
    source, pixels, answer
        As `examine` yields them.

    Raises
    ------
    ModelError
        As `examine` does.
    """
    for source, pixels, prediction, _ in examine(classifier, sources, strict):
        yield source, pixels, prediction


def examine(classifier: "Predictor", sources: Sequence[str | Path], strict: bool = False) -> Iterator[tuple]:
    """Return each photo's class probabilities and its similarity to the nearest training photo.

    Photos are read and resized by a pool of threads while the network runs on those before them.

    Parameters
    ----------
    classifier : Predictor
    sources : sequence of str or Path
        As `unlabelled.find_photos` gives them.
    strict : bool
        Whether photos that are cut off are refused even if most of them is there.

    Yields
    ------
    source : str or Path
    pixels : ndarray, shape (H, W, 3), uint8, 0 to 255; or None
        The photo, if it can be used.
    prediction : ndarray, shape (classes,), float32; or CatsexError
        Probabilities, or why the photo cannot be used.
    nearest : float, -1 to 1; or None
        The cosine with the nearest photo that the model was trained on, if these are known.

    Raises
    ------
    ModelError
        If what the model gives are not probabilities.
    """
    decoder = decoder_for(classifier, sources, strict)

    def prepare(source):
        try:
            pixels, full_size = read_photo(source, decoder)
            if is_flat(pixels):
                say_once("%s is of one colour: nothing is to be seen in it", source)
            return pixels, classifier.prepare(pixels, full_size)
        except CatsexError as error:
            return None, error

    network = classifier.with_features or classifier.network
    detector = classifier.detector if classifier.with_features else None
    run = backend.compiled_model(network) if len(sources) > PHOTOS_AT_ONCE else network
    size = 1 if None in network.input_shape[1:] else PHOTOS_AT_ONCE
    batches = [sources[start : start + size] for start in range(0, len(sources), size)]
    with ThreadPoolExecutor() as pool:
        coming = [pool.submit(prepare, source) for source in batches[0]] if batches else []
        for number, batch in enumerate(batches):
            following = batches[number + 1] if number + 1 < len(batches) else []
            prepared, coming = [c.result() for c in coming], [pool.submit(prepare, source) for source in following]
            photos = [photo for pixels, photo in prepared if pixels is not None]
            predictions = iter(_predict(run, photos, detector))
            for source, (pixels, photo) in zip(batch, prepared, strict=True):
                yield source, pixels, *((photo, None) if pixels is None else next(predictions))


def _predict(run, photos, detector):
    """Return probabilities, or why there are none, and the nearest known photo's cosine, for photos of one size."""
    if not photos:
        return []
    try:
        outputs = run(np.stack(photos))
    except Exception as error:  # TensorFlow raises nearly anything, such as for photos that are too small
        return [(ModelError(f"the model cannot take this photo: {reason(error, 200)}"), None)] * len(photos)
    if detector is None:
        return [(prediction, None) for prediction in _probabilities(backend.to_numpy(outputs))]
    predictions, features = map(backend.to_numpy, outputs)
    return zip(_probabilities(predictions), detector.nearest(features).tolist(), strict=True)


def _probabilities(outputs):
    """Check outputs, shape (N, classes), or of one sigmoid (N, 1), and return (N, classes)."""
    if outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    if not (outputs >= 0).all() or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        raise ModelError(
            "the model's outputs are not probabilities; put a softmax (of one value, a sigmoid) at its end"
        )
    return outputs
