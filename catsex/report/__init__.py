"""What a run leaves: its record, its figures, its page."""

from catsex.report.record import keep
from catsex.report.redrawing import read, redraw

__all__ = ["keep", "read", "redraw"]
