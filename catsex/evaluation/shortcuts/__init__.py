"""Candidate shortcuts: what tells classes apart without the subject."""
