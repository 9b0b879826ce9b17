"""What the browser page in `web/` needs from Python: the network file, the finished site and a small server."""
