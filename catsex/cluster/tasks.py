"""A cluster of Ray (https://docs.ray.io): the connection to it, and calls of a function on all its cores."""

import contextlib
import functools
import os
import socket
from collections.abc import Callable, Iterator

from catsex.errors import CatsexError, reason

CONNECT_SECONDS = 10  # Ray itself waits for minutes for an address without a server


@contextlib.contextmanager
def connected(address=None, advice=str, stay=False):
    """Connect to a cluster, and disconnect at the end, unless it was connected before or is to `stay` so.

    Parameters
    ----------
    address : str, optional
        As `ray.init` takes it; by default the cluster that runs here, else one is started until the end.
    advice : callable, optional
        () -> str, advice to append when the cluster fails.
    stay : bool

    Yields
    ------
    module
        Ray.

    Raises
    ------
    CatsexError
        If Ray is missing, there is no such cluster, or it fails.
    """
    ray = check_ray()
    ours = not ray.is_initialized()
    try:
        if ours:
            _check_address(address)
            _connect(ray, address)
        yield ray
    except (ray.exceptions.RayError, OSError, RuntimeError) as error:
        raise CatsexError(f"the cluster failed: {_said(ray, error)}{advice()}") from error
    finally:
        if ours and not stay:
            ray.shutdown()


def _said(ray, error):
    """Return what went wrong, as one line: of a call on a node the last line of its own traceback, without Ray's."""
    if isinstance(error, ray.exceptions.RayTaskError):
        first = str(error).partition("\n\nThe above exception was")[0]
        return reason([line for line in first.splitlines() if line and not line[0].isspace()][-1], 300)
    return reason(error, 300)


def _connect(ray, address):
    try:
        ray.init(address, include_dashboard=None if address else False, log_to_driver=False, logging_level="error")
    except ValueError as error:  # an address that is none
        raise OSError(reason(error, 300)) from error


@contextlib.contextmanager
def spreader(address: str) -> Iterator[Callable]:
    """Give `spread` for an address, "auto" being the cluster that runs here, or else all cores of this machine.

    It connects when there is something to do, and stays connected until the end.

    Raises
    ------
    CatsexError
        If Ray is missing, or no server listens there: at once, and not only when there is something to do.
    """
    ray = check_ray()
    where, ours = None if address == "auto" else address, not ray.is_initialized()
    try:
        _check_address(where)
    except OSError as error:
        raise CatsexError(f"the cluster failed: {reason(error, 300)}") from error
    try:
        yield functools.partial(spread, address=where, stay=True)
    finally:
        if ours:
            ray.shutdown()


def spread(function, shared, items, address=None, stay=False):
    """Call a function once for each item, on all cores of a cluster, and yield what it returned, in order.

    Parameters
    ----------
    function : callable
        (*shared, item) -> result. What it is made of has to be installed on all nodes.
    shared : sequence
        What all calls have in common: sent once to each node.
    items : iterable
        Taken as cores become free, so that they are never in memory all at once.
    address, stay
        As `connected` takes them.

    Yields
    ------
    object
        Read-only, where it is an array.

    Raises
    ------
    CatsexError
        As `connected` does.
    """
    with connected(address, stay=stay) as ray:
        shared, task = [ray.put(one) for one in shared], ray.remote(function)
        most = 2 * max(1, int(ray.cluster_resources().get("CPU", 1)))
        waiting = []
        for item in items:
            waiting.append(task.remote(*shared, item))
            if len(waiting) == most:
                yield ray.get(waiting.pop(0))
        while waiting:
            yield ray.get(waiting.pop(0))


def check_ray():
    """Return Ray with its part for data, or say how to install it."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    try:
        import ray.data
    except ImportError as error:
        raise CatsexError(f'--ray needs another package: pip install -e ".[ray]" ({reason(error, 200)})') from error
    return ray


def _check_address(address):
    """Raise `OSError` if no server listens at HOST:PORT or ray://HOST:PORT."""
    host, colon, port = (address or "").removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
