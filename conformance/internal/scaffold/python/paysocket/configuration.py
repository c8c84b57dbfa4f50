"""The checks of a configuration: nothing missing, nothing unknown, every value of its form,
secrets under secrets. Errors name keys, never values.
"""

import re

from . import paymentprovider_pb2 as pb
from . import times
from .errors import ContractError
from .urls import web_url_problem
from .violations import has_control, trimmed


def check_configuration(descriptor, request):
    """Raises INVALID_CONFIG unless the ConfigureRequest fits the descriptor."""
    violations = []
    if request.mode not in descriptor.modes:
        names = ", ".join(pb.Mode.Name(mode) for mode in descriptor.modes)
        violations.append(("mode", f"must be one of {names}"))
    fields = {field.name: field for field in descriptor.config_fields}
    for place, values in (("settings", request.settings), ("secrets", request.secrets)):
        for name in sorted(values):
            problem = _problem(fields.get(name), place, values[name])
            if problem:
                violations.append((f"{place}[{name}]", problem))
    for field in descriptor.config_fields:
        if field.required and field.name not in request.settings and field.name not in request.secrets:
            violations.append((path_of(field), f"is missing: {field.description}"))
    refuse_configuration(violations)


def refuse_configuration(violations):
    """Raises INVALID_CONFIG if there are violations."""
    if violations:
        raise ContractError("INVALID_CONFIG", "the configuration is invalid; the previous one, if any, stays in force",
                            violations=violations)


def values_of(descriptor, request):
    """All values of a configuration that was checked, with the defaults, by name."""
    values = {field.name: field.default for field in descriptor.config_fields}
    return {**values, **request.settings, **request.secrets}


def items(value):
    """The items of a list."""
    return [trimmed(item) for item in value.split(",")]


def path_of(field):
    return f"secrets[{field.name}]" if field.secret else f"settings[{field.name}]"


def _problem(field, place, value):
    if field is None:
        return "is unknown to this provider"
    if not path_of(field).startswith(place):
        return f"belongs under {path_of(field)}"
    if not trimmed(value):
        return "is blank"
    if has_control(value) or value != trimmed(value):
        return "has control characters, or white space around it"
    return _form_problem(field, value)


def _form_problem(field, value):
    match pb.ConfigKind.Name(field.kind).removeprefix("CONFIG_KIND_"):
        case "LIST":
            return None if all(items(value)) else "has a blank item"
        case "URL":
            return web_url_problem(value)
        case "DURATION":
            return "is not a duration such as 90s or 2m30s" if times.parse_duration(value) is None else None
        case "INTEGER":
            whole = re.fullmatch(r"[0-9]{1,19}", value) and int(value) < 1 << 63
            return None if whole else "is not a whole number"
        case "BOOLEAN":
            return None if value in ("true", "false") else "is neither true nor false"
        case "CHOICE":
            return None if value in field.choices else f"is not one of {', '.join(field.choices)}"
        case _:
            return None
