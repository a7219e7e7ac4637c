"""Which day do servers call today, and how often do they look for newer data?"""

from datetime import UTC, date, datetime, timedelta

__all__ = ["REFRESH_EVERY", "today_in_utc"]

REFRESH_EVERY = timedelta(hours=6)
"""How often a server looks for newer data, where a source is configured."""


def today_in_utc() -> date:
    """Return the day that a question without a day is about, on every server: the day in UTC.

    A server answers people in all time zones, from machines in several. All of them have to give one question one
    answer, and caches between them and their users have to know when it ends. A program on the reader's own machine
    (``import kratomlaw``, the command line, a notebook) takes the day of that machine instead, which is the day that
    its reader means. Both say in every answer which day it is about.

    Example:
        >>> isinstance(today_in_utc(), date)
        True
    """
    return datetime.now(UTC).date()
