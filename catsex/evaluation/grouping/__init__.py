"""Photos that show the same thing again, and so are held out and permuted together."""
