"""Numbers as people read them."""


def percent(share: float) -> str:
    """Write a share as a whole percentage."""
    return f"{100 * share:.0f} %"


def signed(points: float) -> str:
    """Write a number of percentage points, whole and with its sign, but 0 without one."""
    points = round(points)
    return f"{points:+d}".replace("-", "\N{MINUS SIGN}") if points else "0"
