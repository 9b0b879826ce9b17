"""What shows the same again, and so is held out and permuted together."""
