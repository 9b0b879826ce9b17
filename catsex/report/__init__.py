"""What a run leaves: its record, its figures, its page."""

from catsex.report.record import keep, read, redraw

__all__ = ["keep", "read", "redraw"]
