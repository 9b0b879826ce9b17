"""Errors that the user can mend. Each message is one line: what is wrong: what was found; what to do."""


class CatsexError(Exception):
    """Base of every error that a script prints as one line instead of a traceback."""


class ImageError(CatsexError):
    """A file that cannot be used as a photo."""


class DataError(CatsexError):
    """Photos, labels or features that are missing, incomplete or ambiguous."""


class DownloadError(CatsexError):
    """A file that could not be fetched, or that is not what it should be."""


class WeightsError(CatsexError):
    """Pretrained weights that are unavailable, unreadable or wrong."""


class ModelError(CatsexError):
    """A saved model that cannot be read or used."""


class EngineError(CatsexError):
    """A faster engine that cannot be used here, where Keras itself can."""


def reason(error, limit=None):
    """Return another library's error message as one line of at most `limit` characters, or else the error's kind.

    For errors of the operating system it is the description alone, without number and file.
    """
    said = getattr(error, "strerror", None) or str(error)
    return " ".join(said.split())[:limit] or type(error).__name__
