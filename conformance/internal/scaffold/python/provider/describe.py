"""What the provider is and can do for every account. What is declared here must work, and
what is not declared must be absent: the conformance suite checks both.
"""

from paysocket import SPEC_VERSION, times
from paysocket import paymentprovider_pb2 as pb

VERSION = "0.1.0"

# The gateway's payment methods, whose words are the contract's codes too.
WALLET = "wallet"  # on a page of the gateway's
QR = "qr"  # with a code that the host shows
PHONE = "phone"  # in an app that rings on the payer's phone

# The kinds of webhooks that are translated.
PAYMENT_KIND = "payment.updated"
REFUND_KIND = "refund.updated"

# How long after the end of a call its request may still arrive at the gateway. The call
# has ended its own request by then, so this is time for what the network still holds.
SETTLE_TIME = 30 * times.SECOND

_KEY_LIFE = 3650 * times.DAY  # the gateway keeps a key as long as its payment
_PAYMENT_LIFETIME = 30 * times.MINUTE


def descriptor():
    return pb.Descriptor(
        provider_id="acme-pay",
        display_name="Acme Pay",
        version=VERSION,
        spec_version=SPEC_VERSION,
        operations=[
            "OPERATION_CREATE_PAYMENT",
            "OPERATION_GET_STATUS",
            "OPERATION_CANCEL_PAYMENT",
            "OPERATION_LIST_PAYMENTS",
            "OPERATION_REFUND",
            "OPERATION_GET_REFUND",
            "OPERATION_PARSE_WEBHOOK",
        ],
        payment_methods=_methods(),
        refunds=pb.RefundTerms(full=True, partial=True, multiple=True, window={"days": 90, "zone": "UTC"}, max_count=15),
        create_idempotency=_native_keys(),
        refund_idempotency=_native_keys(),
        webhooks=pb.WebhookTerms(
            verifications=["VERIFICATION_SIGNATURE"], secret_rotation=True, kinds=[PAYMENT_KIND, REFUND_KIND]
        ),
        modes=["MODE_TEST"],
        config_fields=_config_fields(),
    )


def _native_keys():
    """The gateway itself returns the same payment for the same key."""
    terms = pb.Idempotency(kind="IDEMPOTENCY_KIND_NATIVE", lookup_by_key=True)
    times.put(terms.key_life, _KEY_LIFE)
    times.put(terms.settle_time, SETTLE_TIME)
    return terms


def _methods():
    """Limits differ between accounts; Configure with probe returns them."""
    wallet = pb.PaymentMethod(code=WALLET, flow="FLOW_REDIRECT", payer_action="PAYER_ACTION_REQUIRED")
    wallet.currencies.extend(pb.CurrencyLimits(currency=currency) for currency in ("THB", "JPY", "KWD"))
    qr = pb.PaymentMethod(code=QR, flow="FLOW_QR", payer_action="PAYER_ACTION_REQUIRED", currencies=[{"currency": "THB"}])
    qr.refunds.SetInParent()  # with nothing in it: the gateway refunds no payment with it
    phone = pb.PaymentMethod(code=PHONE, flow="FLOW_APP", payer_action="PAYER_ACTION_NONE", currencies=[{"currency": "THB"}],
                             needs_phone=True)
    for method in (wallet, qr, phone):
        times.put(method.payment_lifetime, _PAYMENT_LIFETIME)
    return [wallet, qr, phone]


def _config_fields():
    return [
        pb.ConfigField(
            name="secret_key", kind="CONFIG_KIND_STRING", required=True, secret=True,
            description="The account's secret key, mk_test_...; memory-sandbox prints it when it starts.",
        ),
        pb.ConfigField(
            name="webhook_secrets", kind="CONFIG_KIND_LIST", required=True, secret=True,
            description="The account's webhook secret, whsec_...; several, separated by commas, while it is being replaced.",
        ),
        pb.ConfigField(
            name="api_base", kind="CONFIG_KIND_URL", default="http://127.0.0.1:4520",
            description="Scheme, host and port of the gateway's API; https, or http on this machine.",
        ),
        pb.ConfigField(
            name="timeout", kind="CONFIG_KIND_DURATION", default="25s",
            description="The longest that a call may take, 1s to 10m; the caller's deadline counts too.",
        ),
        pb.ConfigField(
            name="min_time_left", kind="CONFIG_KIND_DURATION", default="10s",
            description="No request that moves money is begun with less time left than this; less than timeout.",
        ),
        pb.ConfigField(
            name="webhook_tolerance", kind="CONFIG_KIND_DURATION", default="5m",
            description="How far a webhook's signature may be from its arrival, before or after; 1s to 1h.",
        ),
    ]
