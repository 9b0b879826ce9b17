"""The record of a run: its results, figures and page."""

from catsex.report.record import keep
from catsex.report.redrawing import read, redraw

__all__ = ["keep", "read", "redraw"]
