"""Looking things up: what is in a list of the gateway's, and what it proves to find nothing."""

from . import times
from .errors import ContractError, malformed


def translate_listed(elements, is_hosts, translate):
    """Translates the elements of a list that was read with strictjson.read_outline.

    `is_hosts(element)` says whether the host made it, or None if nobody can know. What it did
    not make never hides what it made: if that cannot be read it is left out. Returns what was
    translated, and whether nobody can say that something of the host's is missing.
    """
    translated, complete = [], True
    for element in elements:
        hosts = is_hosts(element)
        complete = complete and hosts is not None
        try:
            if getattr(element, "flawed", False):
                raise malformed("a part of it cannot be read")
            translated.append(translate(element))
        except ContractError as error:
            if hosts or error.reason != "MALFORMED_RESPONSE":
                raise
    return translated, complete


def the_one(found, id_name, attempt, asked, complete, settle_time):
    """Returns the payment (refund) that was found by its key. It is an error if there are several
    or none. id_name is payment_id or refund_id.
    """
    different = {getattr(each, id_name): each for each in found}
    what = id_name.removesuffix("_id")
    for identity, each in different.items():
        if each.idempotency_key != attempt.key:
            raise malformed("it has another idempotency key").with_metadata(id_name, identity)
    if len(different) > 1:
        raise ContractError(f"DUPLICATE_{what.upper()}S", f"the gateway has several {what}s for one idempotency key; a person must decide",
                            metadata={f"{what}_ids": ",".join(different)})
    for each in different.values():
        return each
    raise _not_found(f"{what.upper()}_NOT_FOUND", attempt, asked, complete, settle_time)


def _not_found(reason, attempt, asked, complete, settle_time):
    """A request whose answer was lost may still be under way. Until the settle time has passed,
    an empty answer is not settled. `asked` is when the look-up began.
    """
    unknown = times.field(attempt, "last_unknown_at")
    settled = unknown is None or asked >= unknown + settle_time
    proof = "" if settled and complete else ", which proves nothing yet; look it up again later"
    return ContractError(reason, f"nothing was found for this idempotency key{proof}", metadata={
        "complete": str(complete).lower(),
        "settled": str(settled).lower(),
        "searched_from": times.show(times.field(attempt, "first_at")),
        "searched_until": times.show(asked),
    })
