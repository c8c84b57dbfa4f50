"""A payment provider: it translates Paysocket's contract to the API of one gateway.

It was generated for the Memory gateway, which the sandbox memory-sandbox imitates. To
make it yours, go on file by file:

    describe.py          what the provider can do, and its settings
    configure.py         settings and secrets; a session is one configuration in use
    provider.py          the Provider, which package paysocket serves
    api.py               how a request is written, authorized and read
    refusal.py           what the gateway's errors mean
    payment_object.py    the gateway's payment, and its translation
    refund_object.py     its refund
    owner.py             whose an object is: the host's, or made in the dashboard
    create_payment.py    an operation, and so on

Package paysocket does what is the same for every gateway.
"""
