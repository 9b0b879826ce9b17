"""Silence for native libraries, which write notices straight to the terminal."""

import contextlib
import os
import signal
import sys
import tempfile


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
