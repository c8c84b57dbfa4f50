"""Reads JSON from outside. json.loads alone accepts a name twice, of which another reader
may take the other value, makes floats of numbers, which are not exact, and passes on
halves of characters that no message can hold.
"""

import decimal
import json

_MAX_DEPTH = 32
_MAX_DIGITS = 32


class NotJSON(ValueError):
    """Its message quotes nothing of the input."""


class Object(dict):
    """A JSON object. Whole numbers are ints, others Decimals. `flawed` says whether something is
    wrong with it or with what is in it.
    """

    flawed = False
    _repeats = False  # a name of its own
    _has_long = False  # a number of its own
    _depth = 1


def read(data):
    """Reads one JSON object, in which nothing may be wrong."""
    found = _load(data)
    _judge(found, _MAX_DEPTH)
    if found.flawed:
        raise NotJSON("it is nested too deeply")
    return found


def read_outline(data, levels):
    """Reads what `read` refuses, for what decides whose an object is. Only so many outer levels
    of objects and arrays are judged. Deeper, look at `flawed` of the innermost judged objects.
    """
    found = _load(data)
    _judge(found, levels)
    return found


def write(value):
    """Encodes an object, without the members that are None."""
    present = {name: member for name, member in value.items() if member is not None}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _load(data):
    try:
        # Damaged bytes become U+FFFD: a text for people must not make a payment unreadable.
        text = bytes(data).decode("utf-8", "replace")
        found = json.loads(text, object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant)
    except RecursionError:
        raise NotJSON("it is nested too deeply") from None
    except ValueError as error:
        raise NotJSON("it has a word that JSON does not have" if isinstance(error, NotJSON) else "it is not JSON") from None
    if not isinstance(found, Object):
        raise NotJSON("it is not one JSON object")
    return found


class _TooLong(str):
    """A number of too many digits."""


def _whole(digits):
    return int(digits) if len(digits) <= _MAX_DIGITS else _TooLong()


def _fraction(digits):
    return decimal.Decimal(digits) if len(digits) <= _MAX_DIGITS else _TooLong()


def _constant(_):
    raise NotJSON  # NaN, Infinity


def _object(pairs):
    """Innermost objects come first, so each learns what is wrong with those in it."""
    made = Object()
    for name, value in pairs:
        name = _undamaged(name)
        if name in made:
            made._repeats = True
        box = [value]
        inner, depth, long = _settle(box)
        made[name] = box[0]
        made.flawed = made.flawed or inner
        made._depth = max(made._depth, depth)
        made._has_long = made._has_long or long
    made.flawed = made.flawed or made._repeats or made._has_long or made._depth > _MAX_DEPTH
    return made


def _settle(box):
    """Repairs what is in a list and in the lists in it. Returns whether an object there is
    flawed, how deep it is, and whether a number is too long. It does not call itself, since
    others choose the depth.
    """
    inner, deepest, long = False, 1, False
    lists = [(box, 1)]
    while lists:
        values, depth = lists.pop()
        for at, value in enumerate(values):
            if isinstance(value, _TooLong):
                values[at], long = None, True
            elif isinstance(value, str):
                values[at] = _undamaged(value)
            elif isinstance(value, list):
                lists.append((value, depth + 1))
                deepest = max(deepest, depth + 1)
            elif isinstance(value, Object):
                inner = inner or value.flawed
                deepest = max(deepest, depth + value._depth)
    return inner, deepest, long


def _undamaged(text):
    """Replaces halves of surrogate pairs, which JSON can escape."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _judge(value, levels):
    """Raises what is wrong with the outer levels. What is in an object is a level below it."""
    if levels == 0:
        return
    if isinstance(value, Object):
        if value._repeats:
            raise NotJSON("it has a name twice")
        if value._has_long and levels > 1:
            raise NotJSON("it has a number of too many digits")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _judge(inner, levels - 1)
