"""Open the page on this machine: what `scripts/page.py` does, also without the scripts."""

import webbrowser

from catsex import backend
from catsex.page import site
from catsex.page.server import PageServer
from catsex.pretrained import weights


def open_page(weights_file=None, *, port=8642, browser=True):
    """Serve the page to this machine alone and open the browser, until Ctrl-C.

    Parameters
    ----------
    weights_file : str or Path, optional
        MobileNetV2's weights; by default they come from where `weights.load_mobilenet` finds them.
    port : int
        0 for any that is free.
    browser : bool
        Whether to open the page, or only to serve it.

    Raises
    ------
    CatsexError
        If the page is not built and cannot be, or the port is taken; as `weights.load_mobilenet` and `site.site` raise
        it.
    """
    backend.start_keras(0)
    files = site.site(weights.load_mobilenet(weights_file))
    with PageServer(files, port) as server:
        print(f"the page: {server.url} (Ctrl-C ends it)", flush=True)
        if browser:
            webbrowser.open(server.url)
        server.serve_forever()
