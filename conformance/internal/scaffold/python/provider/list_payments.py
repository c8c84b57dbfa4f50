from paysocket import paymentprovider_pb2 as pb
from paysocket import times
from paysocket.errors import malformed
from paysocket.lookup import translate_listed

from .owner import LIST, is_hosts
from .payment_object import to_payment

# Twenty of the gateway's largest payments fit into the bound of an answer. A larger page
# might not fit, and then it could never be read.
_MAX_PAGE_SIZE = 20
_MAX_TOKEN = 2048


def list_payments(api, request, call):
    """Reads one page of the payments created in a window of time, or raises: a page without some
    of the host's would look complete. One of others that cannot be read is left out.
    """
    size = min(request.page_size or _MAX_PAGE_SIZE, _MAX_PAGE_SIZE)
    start, end = times.field(request, "created_from"), times.field(request, "created_until")
    query = {"created_from": times.show(start), "created_until": times.show(end), "page_size": str(size)}
    if request.page_token:
        query["page_token"] = request.page_token
    answer = api.get("/v1/payments", call, query, judged=LIST)

    token = answer.get("next_page_token") or ""
    elements = answer.get("payments")
    if not isinstance(token, str) or len(token) > _MAX_TOKEN or not isinstance(elements, list) or len(elements) > size:
        raise malformed("it is not the page that was asked for")
    payments, _ = translate_listed(elements, is_hosts, to_payment)
    created = [times.field(payment, "created_at") for payment in payments]
    if created != sorted(created) or any(not start <= at < end for at in created):
        raise malformed("it is not the page that was asked for")
    return pb.ListPaymentsResponse(payments=payments, next_page_token=token)
