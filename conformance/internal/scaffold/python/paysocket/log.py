"""The log. A host reads standard error line by line, and turns each line of this form
into a record of its own log:

    {"@timestamp":"2026-11-23T08:30:00.000000Z","@level":"info","@message":"...","key":"value"}
"""

import base64
import datetime
import json
import os
import threading
import traceback
import urllib.parse

LEVELS = ("trace", "debug", "info", "warn", "error")
_MAX_LINE = 60 << 10  # the host truncates at 64 KiB, and then the line is not JSON
_MAX_SECRETS = 200  # of the latest configurations
_SHORTEST = 4  # of what is redacted: a shorter text is in every line
_REDACTED = "[redacted]"


def level_of(environment):
    """The level that the host asks for, or info if that is unknown."""
    asked = environment.get("PAYSOCKET_LOG_LEVEL", "").lower()
    return asked if asked in LEVELS else "info"


def write_to_stderr(line):
    """Writes a line at once. If the host is gone nobody reads it, and calls must go on."""
    try:
        os.write(2, line.encode("utf-8", "replace"))
    except OSError:
        pass


class Logger:
    """Has a method for each level, `log.info("...", key="value")`. Fields must not contain
    secrets, nor texts that a gateway or a buyer wrote. The secrets of `hide` are redacted
    all the same, for mistakes.
    """

    def __init__(self, lowest="info", write=write_to_stderr):
        self._lowest = LEVELS.index(lowest)
        self._write = write
        self._lock = threading.Lock()
        self._hidden = []  # the forms of each secret, the latest secret last

    def hide(self, secrets):
        """Redacts these values from now on."""
        forms = [_forms(secret) for secret in secrets if len(secret) >= _SHORTEST]
        with self._lock:
            self._hidden = ([each for each in self._hidden if each not in forms] + forms)[-_MAX_SECRETS:]

    def trace(self, message, **fields):
        self._log("trace", message, fields)

    def debug(self, message, **fields):
        self._log("debug", message, fields)

    def info(self, message, **fields):
        self._log("info", message, fields)

    def warn(self, message, **fields):
        self._log("warn", message, fields)

    def error(self, message, **fields):
        self._log("error", message, fields)

    def _log(self, level, message, fields):
        if LEVELS.index(level) >= self._lowest:
            self._write(self._redacted(_line(level, message, fields)))

    def _redacted(self, line):
        with self._lock:
            hidden = list(self._hidden)
        for form in sorted((form for forms in hidden for form in forms), key=len, reverse=True):
            line = line.replace(form, _REDACTED)
        return line


def _forms(secret):
    """The forms in which a secret may be in a line: plain, in JSON, in a URL, in base64."""
    raw = secret.encode("utf-8", "replace")
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        urllib.parse.quote(secret, safe=""),
        base64.b64encode(raw).decode("ascii").rstrip("="),
        base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="),
    }


def _line(level, message, fields):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = {"@timestamp": now, "@level": level, "@message": str(message)}
    text = json.dumps({**fields, **head}, ensure_ascii=False, default=str) + "\n"
    if len(text.encode("utf-8", "replace")) > _MAX_LINE:
        head.update({"@level": "warn", "@message": "a log line was dropped: it was too long"})
        text = json.dumps(head) + "\n"
    return text


def describe_bug(error):
    """What may be logged of an unexpected error: its type and its place, not its text."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    place = "\n".join(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return {"type": type(error).__name__, "stack": place}
