"""What tells classes apart without the subject."""
