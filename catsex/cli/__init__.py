"""What all scripts share: running, one line for an error, results as JSON."""

import contextlib
import io
import logging
import os
import sys

from catsex import backend, files
from catsex.cli.options import (
    ASKING,
    LESSON,
    TRAINING,
    add_any_ending,
    add_strict,
    parser,
    photo_options,
    refuse_photos,
)
from catsex.cli.values import (
    cosine,
    model_file,
    new_file,
    new_folder,
    output_file,
    output_folder,
    output_path,
    path_name,
    probability,
    whole_number,
)
from catsex.errors import CatsexError
from catsex.files import cache_folder

__all__ = [
    "ASKING",
    "LESSON",
    "TRAINING",
    "add_any_ending",
    "add_strict",
    "cosine",
    "keep",
    "keep_lesson",
    "load_photos",
    "model_file",
    "new_file",
    "new_folder",
    "output_file",
    "output_folder",
    "output_path",
    "parser",
    "path_name",
    "photo_options",
    "probability",
    "refuse_photos",
    "run",
    "unread",
    "whole_number",
    "write_json",
]


def run(main):
    """Run a script and return its exit status.

    What the user can mend is printed as one line; only a defect of ours shows a traceback. A script whose output no one
    reads any more goes on, so that what it is to write to files is whole.
    """
    _replace_closed_streams()
    with contextlib.redirect_stdout(_output(sys.stdout)), contextlib.redirect_stderr(_output(sys.stderr)):
        return _run(main)


def _run(main):
    """Run a script, print an error that the user can mend as one line, and return the exit status."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    # Before Keras imports matplotlib, which otherwise keeps its list of fonts in two places of its own.
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))
    try:
        main()
        print(end="", flush=True)
    except CatsexError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (OSError, MemoryError) as error:  # that no module says more about, as a full disk behind standard output
        print(f"error: {error}", file=sys.stderr)
        _discard_output(sys.stdout)
        return 1
    finally:
        backend.restore_keras()
    return 0


def unread():
    """Return whether standard output has lost its reader, such as `head`."""
    return getattr(sys.stdout, "unread", False)


def _output(stream):
    """Return a stream that can print any file's name, and that outlives its reader."""
    if not isinstance(stream, io.TextIOWrapper):  # Jupyter's and Spyder's do so as they are
        return stream
    stream.reconfigure(errors="backslashreplace")  # photos have names that not every terminal can show
    return _Output(stream)


class _Output:
    """A stream as it is, but once its reader, such as `head`, has gone, the rest goes nowhere, without an error."""

    def __init__(self, stream):
        self._stream, self.unread = stream, False

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        with self._going_on():
            self._stream.write(text)
        return len(text)

    def flush(self):
        with self._going_on():
            self._stream.flush()

    @contextlib.contextmanager
    def _going_on(self):
        try:
            yield
        except BrokenPipeError:
            self.unread = True
            _discard_output(self._stream)


def _replace_closed_streams():
    """Give a process that was started without standard output or error, as by `>&-`, one that leads nowhere."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w")  # noqa: SIM115, as long as the process runs
            os.dup2(nowhere.fileno(), descriptor)  # or the next file that is opened would be taken for that stream
            setattr(sys, name, nowhere)


def _discard_output(stream):
    """Discard what is still to be written to a stream that can no longer be written to."""
    with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:  # a notebook's has no descriptor
        os.dup2(nowhere.fileno(), stream.fileno())


def load_photos(args):
    """Return the photos that the options name, as `catsex.load_photos` does."""
    import catsex

    return catsex.load_photos(args.data, **photo_options(args))


def keep(args, found):
    """Save what a run has found where its options say, and name the page on standard error.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `parser`'s "record" and "json".
    found : api.results.Results

    Raises
    ------
    CatsexError
        If the file that `--json` names cannot be written.
    """
    files.write_json(args.json, found.to_dict())
    if args.record:
        sys.stdout.flush()
        found.save_as_run(sys.argv, args.out)


def keep_lesson(args, results, photos, pretrained, seed, model=None):
    """Save what a lesson has trained and found, as `keep` does.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `parser`'s "record" and "json"; for a trained model also "save" and "cache".
    results : dict
        What has been found: `kind` ("training" or "sanity check"), `sentence`, `photos`, a list with a dict for each,
        and whatever else `--json` is to hold.
    photos : PhotoSet
    pretrained : weights.Pretrained
    seed : int
    model : keras.Model, optional
        What has been trained.

    Raises
    ------
    CatsexError
        If the model, or the file that `--json` names, cannot be written.
    """
    from catsex.api.results import Results, of_run

    if model is not None:
        from catsex.network.model import size

        results = size(model) | results
    found = Results(**of_run(results, photos, pretrained, seed))
    if model is not None and args.save:
        import numpy as np

        from catsex.api.classifier import remembering
        from catsex.prediction import saving

        seen = photos.subset(np.array([not photo["held_out"] for photo in results["photos"]]))
        provenance = found.provenance() | {"photos": photos.headline}
        remembering(model, seen, provenance, args.cache, history=results["history"]).save(args.save)
        print(saving.how_to_use(args.save))
    keep(args, found)


def write_json(args, data, weights, results):
    """Write results that have no record to where `--json` says, with what they come from."""
    files.write_json(args.json, backend.provenance(data, weights, 0) | results)
