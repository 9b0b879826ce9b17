"""Sums over features that need not fit into memory: which rows are read together, and what is learned of them."""
