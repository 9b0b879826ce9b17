"""Golden files: what Python computes, for the modules of the page to be held to."""
