"""The program: a host starts it."""

from paysocket.serve import main

from .provider import Provider

main(Provider())
