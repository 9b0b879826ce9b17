"""Imports of large libraries: silent, not to be interrupted, and without what they may never use."""

import contextlib
import importlib
import importlib.util
import os
import signal
import sys
import tempfile
import types


@contextlib.contextmanager
def hidden_stderr():
    """Hide what is written to the process' standard error, unless the block fails; being stopped is not failing."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as hidden:
        os.dup2(hidden.fileno(), 2)
        try:
            yield
        except Exception:
            hidden.seek(0)
            os.write(saved, hidden.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


@contextlib.contextmanager
def stopped_afterwards():
    """Let Ctrl-C stop the process after the block, not within it.

    An import that is interrupted somewhere in a native library may fail in any way, or pass over it in silence.
    """
    pressed = []
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for a job in the background
        yield
        return
    try:
        usual = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    except ValueError:  # only the main thread can be interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if pressed:
        raise KeyboardInterrupt


@contextlib.contextmanager
def imported_when_used(*names):
    """Let what the block imports get packages such as "matplotlib.pyplot" that are imported when they are first used.

    A package that is not installed, or imported already, is left alone.
    """
    later: dict = {}
    for name in names:
        package, _, module = name.partition(".")
        if package not in sys.modules and importlib.util.find_spec(package):
            later.setdefault(package, _Later(package))
            if module:
                later[name] = _Later(name)
                setattr(later[package], module, later[name])
    sys.modules.update(later)
    try:
        yield
    finally:
        _forget(later)


class _Later(types.ModuleType):
    """A module that is imported when something of it is first asked for."""

    def __getattr__(self, attribute):
        if attribute.startswith("__"):  # what the import system asks for
            raise AttributeError(attribute)
        _forget({self.__name__: self})
        return getattr(importlib.import_module(self.__name__), attribute)


def _forget(modules):
    """Take modules out of the list of imported ones, if they are still there."""
    for name, module in modules.items():
        if sys.modules.get(name) is module:
            del sys.modules[name]
