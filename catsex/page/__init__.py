"""What the browser page in `web/` needs from Python: the network file, the golden numbers, and a small server."""
