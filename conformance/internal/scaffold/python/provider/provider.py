"""The provider that package paysocket serves. Each operation has a file."""

from .cancel_payment import cancel_payment
from .configure import configure
from .create_payment import create_payment
from .describe import SETTLE_TIME, descriptor
from .get_refund import get_refund
from .get_status import get_status
from .list_payments import list_payments
from .parse_webhook import parse_webhook
from .refund import refund


class Provider:
    """See paysocket/gate.py."""

    def __init__(self):
        self.descriptor = descriptor()

    def configure(self, request, call):
        settings, api, account = configure(self.descriptor, request, call)
        return Session(settings, api, account)


class Session:
    """One configuration in use."""

    def __init__(self, settings, api, account):
        self._settings = settings
        self._api = api
        self.account = account
        self.timeout = settings.timeout
        self.settle_time = SETTLE_TIME
        self.credentials = f"{settings.api_base} {settings.secret_key}"
        self.account_name = f"{settings.api_base} {account.id}" if account.id else ""

    def create_payment(self, request, call):
        return create_payment(self._api, request, call)

    def get_status(self, request, call):
        return get_status(self._api, request, call)

    def cancel_payment(self, request, call):
        return cancel_payment(self._api, request, call)

    def refund(self, request, call):
        return refund(self._api, request, call)

    def get_refund(self, request, call):
        return get_refund(self._api, request, call)

    def list_payments(self, request, call):
        return list_payments(self._api, request, call)

    def parse_webhook(self, request, call):
        return parse_webhook(self._api, self._settings, request, call)
