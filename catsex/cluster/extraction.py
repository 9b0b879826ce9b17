"""Runs the frozen network on photos, by Ray or on this machine, and writes the features as Parquet in parts."""

import hashlib
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catsex.cluster.stores import is_stored, read_stored
from catsex.cluster.tasks import check_ray, connected
from catsex.errors import DataError, ImageError, reason
from catsex.files import replacing, show
from catsex.network import engines
from catsex.network.feature_files import COLUMNS, PLAN, columns_of, describe, moment_of, part_name, write_part
from catsex.network.model import fingerprint
from catsex.photos import preprocessing
from catsex.photos.decoding.images import read_bytes
from catsex.photos.exif import read_exif
from catsex.progress import progress

if TYPE_CHECKING:
    import keras

    from catsex.cluster.stores import StoredPhotos
    from catsex.photos import PhotoSet


PHOTOS = 500  # in a part: some twenty seconds of one core, which is what a node that fails loses
AT_ONCE = 32  # photos that are decoded and waiting on one machine
MOST_BLOCKS = 10_000  # that Ray has to keep track of at once


class Extractor:
    """What runs on each core of a cluster: the network in LiteRT's format, without Keras and TensorFlow.

    Parameters
    ----------
    shared : ray.ObjectRef of dict
        `network` (bytes), `size` (height and width), `decoder`, `folder` (str) and `note` (str).
    """

    def __init__(self, shared):
        import ray

        self.shared, self.thread = ray.get(shared), threading.local()

    def __call__(self, batch):
        """Work out the parts of a batch, write each whole or not at all, and count."""
        import ray

        started = time.process_time()
        counts: dict = {"part": [], "photos": [], "errors": []}
        for number, text in zip(batch["part"], batch["photos"], strict=True):
            photos = json.loads(text)
            rows = [self.row(*photo) for photo in photos]
            write_part(Path(self.shared["folder"]) / part_name(number), rows, self.shared["note"])
            counts["part"].append(number)
            counts["photos"].append(len(rows))
            counts["errors"].append(sum(row["error"] is not None for row in rows))
        seconds = time.process_time() - started
        counts["cpu_seconds"] = [seconds / len(counts["part"])] * len(counts["part"])
        counts["node"] = [ray.get_runtime_context().get_node_id()] * len(counts["part"])
        counts["keras"] = [not {"keras", "tensorflow"}.isdisjoint(sys.modules)] * len(counts["part"])
        return counts

    def row(self, path, label, subject):
        """Return a photo's row; of one that cannot be read, with what is wrong in place of features."""
        row, pixels = prepared(path, label, subject, self.shared["decoder"], self.shared["size"])
        if pixels is not None:
            row["features"] = engines.features_of_one(self.shared["network"], self.thread, pixels)
        return row


def prepared(path, label, subject, decoder, size):
    """Return a photo's row without its features, and the photo as the network takes it.

    Of one that cannot be read, None in place of the photo, and what is wrong in the row.
    """
    row = dict.fromkeys((*COLUMNS, "error")) | {"path": path, "label": label, "subject": subject}
    try:
        data = read_stored(path) if is_stored(path) else read_bytes(path)
        row |= {"sha256": hashlib.sha256(data).hexdigest()} | moment_of(read_exif(data))
        pixels, full_size = decoder.decode(data, path)
        return row, preprocessing.preprocess(pixels, size, full_size)
    except ImageError as error:
        return row | {"error": str(error)}, None


def extract_in_parts(
    model: "keras.Model",
    photos: "PhotoSet | StoredPhotos",
    pretrained: Any,
    folder: str | Path,
    ray: str | None = None,
    in_part: int = PHOTOS,
) -> list[dict]:
    """Run a frozen network on photos by this machine or all cores of a cluster, and write a folder of Parquet files.

    All nodes need the folder, and the photos unless they are in object storage, under the same paths, and `catsex[ray]`
    installed. A part that is there is not computed again; so what was stopped, by whatever, goes on when it is called
    again. Nothing but a part is ever in memory.

    Parameters
    ----------
    model : keras.Model
        (N, size, size, 3) -> (N, d), frozen.
    photos : PhotoSet or StoredPhotos
    pretrained : pretrained.Pretrained
        Where the network is from.
    folder : str or Path
        Its name ends in `.parquet`.
    ray : str, optional
        The address of a cluster, as `ray.init` takes it, or "auto": the one that runs here, else one is started until
        the end. By default this machine without a cluster.
    in_part : int

    Returns
    -------
    list of dict
        `part`, `photos` and `errors` of each part that was computed now; on a cluster also `cpu_seconds` and `node`.

    Raises
    ------
    DataError
        If the folder has features of other photos, or of another network.
    CatsexError
        If Ray is missing, there is no such cluster, or it fails.
    """
    folder = Path(folder)
    if ray is not None:
        check_ray()
    if folder.suffix.lower() != ".parquet":
        raise DataError(f"{show(folder)}: the name of a folder of features ends in .parquet")
    digest = fingerprint(model)
    shared = {
        "size": model.input_shape[1:3],
        "decoder": photos.decoder,
        "folder": str(folder.resolve()),
        "note": describe(photos, pretrained),
    }
    rows = list(zip(*columns_of(photos).values(), strict=True))
    parts = [json.dumps(rows[start : start + in_part]) for start in range(0, len(rows), in_part)]
    way = [digest, shared["size"], preprocessing.PREPROCESSING_VERSION, photos.decoder.key, shared["note"]]
    _plan(folder, len(parts), hashlib.sha256(json.dumps([way, parts]).encode()).hexdigest())
    missing = [number for number in range(len(parts)) if not (folder / part_name(number)).is_file()]
    if not missing:
        return []

    def so_far():
        there = sum((folder / part_name(number)).is_file() for number in range(len(parts)))
        return f" ({there} of {len(parts)} parts are there; the same command goes on from them)"

    waiting = [{"part": number, "photos": parts[number]} for number in missing]
    if ray is None:
        return _extracted_here(model, digest, waiting, shared)
    shared["network"] = engines.exported(model, digest)
    with connected(None if ray == "auto" else ray, so_far) as connection:
        return _extracted(connection, waiting, shared)


def _extracted_here(model, digest, missing, shared):
    """Compute the missing parts on this machine, one after the other, and count their photos and errors."""
    parts = [json.loads(part["photos"]) for part in missing]
    total, done, counts = sum(map(len, parts)), 0, []
    run = engines.load(engines.choose(total), model, digest)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool, progress(total) as show_progress:
        for part, photos in zip(missing, parts, strict=True):
            rows: list = []
            for start in range(0, len(photos), AT_ONCE):
                some = [(*photo, shared["decoder"], shared["size"]) for photo in photos[start : start + AT_ONCE]]
                found = list(pool.map(lambda photo: prepared(*photo), some))
                if good := [(row, pixels) for row, pixels in found if pixels is not None]:
                    features = run([pixels for _, pixels in good])
                    for (row, _), vector in zip(good, features, strict=True):
                        row["features"] = vector
                rows += [row for row, _ in found]
                done += len(found)
                show_progress(done)
            write_part(Path(shared["folder"]) / part_name(part["part"]), rows, shared["note"])
            errors = sum(row["error"] is not None for row in rows)
            counts.append({"part": part["part"], "photos": len(rows), "errors": errors})
    return counts


def _extracted(ray, missing, shared):
    """Return what `Extractor` says of each part that is missing, computed by all cores."""
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    waiting = ray.data.from_items(missing, override_num_blocks=min(len(missing), MOST_BLOCKS))
    done = waiting.map_batches(
        Extractor,
        fn_constructor_args=(ray.put(shared),),
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=min(cores, len(missing))),
    )
    return list(done.iter_rows())


def _plan(folder, parts, digest):
    """Write into a folder which features it is to hold; raise `DataError` if it is to hold others already."""
    plan = {"parts": parts, "digest": digest}
    try:
        if (folder / PLAN).is_file():
            if json.loads((folder / PLAN).read_text(encoding="utf-8")) != plan:
                raise DataError(f"{show(folder)} has features of other photos or another network; name a new folder")
            return
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise DataError(f"{show(folder)} already exists and is not a folder of features; name a new folder")
        with replacing(folder / PLAN) as temporary:
            temporary.write_text(json.dumps(plan), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{show(folder)} cannot be used: {reason(error, 200)}") from error
