"""The program: a host starts it."""

from paysocket.program import main

from .provider import Provider

main(Provider())
