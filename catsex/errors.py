"""What can go wrong in a way the user can mend. Each message is one line: what, which file, what to do."""


class CatsexError(Exception):
    """Base of every error that a script prints as one line instead of a traceback."""


class ImageError(CatsexError):
    """A file that cannot be used as a photo."""


class DataError(CatsexError):
    """A folder of photos that is missing, incomplete or laid out in a way nobody can guess."""


class DownloadError(CatsexError):
    """A file that could not be fetched, or that is not what it should be."""


class WeightsError(CatsexError):
    """Pretrained weights that are unavailable, cannot be read, or do not see what they should."""


class ModelError(CatsexError):
    """A saved model that cannot be read or used."""


class EngineError(CatsexError):
    """Something faster than Keras that cannot be used here. Keras itself can."""


def reason(error, limit=None):
    """Return what an exception of somebody else's says, on one line of at most `limit` characters; else its kind.

    Of the operating system's errors it is what went wrong, without its number and file.
    """
    said = getattr(error, "strerror", None) or str(error)
    return " ".join(said.split())[:limit] or type(error).__name__
