import os
import signal
import sys
import threading

import pytest

from catsex.quiet import hidden_stderr, imported_when_used, stopped_afterwards


def test_what_native_code_writes_is_hidden_unless_the_block_fails(capfd):
    with hidden_stderr():
        os.write(2, b"a notice that nobody asked for\n")
    assert capfd.readouterr().err == ""
    with pytest.raises(ValueError, match="broken"), hidden_stderr():
        os.write(2, b"what a person needs to find out why\n")
        raise ValueError("broken")
    assert capfd.readouterr().err == "what a person needs to find out why\n"


def test_what_is_written_afterwards_is_shown_again(capfd):
    with pytest.raises(KeyboardInterrupt), hidden_stderr():
        raise KeyboardInterrupt  # being stopped is not failing
    os.write(2, b"shown\n")
    assert capfd.readouterr().err == "shown\n"


def test_ctrl_c_within_the_block_stops_after_it(monkeypatch):
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is without
    finished = []
    try:
        with pytest.raises(KeyboardInterrupt), stopped_afterwards():
            os.kill(os.getpid(), signal.SIGINT)
            finished.append(True)
        assert finished and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, usual)


def test_threads_and_jobs_in_the_background_do_without():
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopped_afterwards():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
    ran = []

    def work():
        with stopped_afterwards():
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran


def test_a_package_is_imported_when_something_of_it_is_used(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "xmlrpc"]:
        monkeypatch.delitem(sys.modules, name)
    with imported_when_used("xmlrpc.client", "xmlrpc.server", "no_such_package"):
        import xmlrpc.client as client  # noqa: PLR0402, as Keras writes it
        from xmlrpc import server

        with pytest.raises(ModuleNotFoundError, match="no_such_package"):
            import no_such_package  # noqa: F401
    assert not any(name.startswith("xmlrpc") for name in sys.modules)
    assert client.loads(client.dumps((1,)))[0] == (1,)
    assert server.SimpleXMLRPCServer is sys.modules["xmlrpc.server"].SimpleXMLRPCServer
    import xmlrpc.client

    assert xmlrpc.client.dumps is client.dumps


def test_a_package_that_is_there_is_left_alone():
    with imported_when_used("os.path"):
        import os.path as found
    assert found is os.path
