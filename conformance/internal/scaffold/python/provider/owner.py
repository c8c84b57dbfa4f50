"""Whose an object of the gateway's is. That is asked first: what the host did not make is
not judged, so that it never hides what the host made.
"""

# The levels that decide: the answer, its list and the objects in that; the event and its
# object.
LIST = 3
EVENT = 2


def is_hosts(element):
    """Whether the host made an object; None if nobody can know."""
    if not isinstance(element, dict):
        return None
    key = element.get("idempotency_key")
    if key is None:
        return False
    return bool(key) if isinstance(key, str) else None
