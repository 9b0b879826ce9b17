"""The browser page in `web/`: the network file and the golden numbers that it needs from Python, and a small server."""

from catsex.page.opening import open_page

__all__ = ["open_page"]
