"""Puts the provider and package paysocket into one executable file, so that one checksum
covers them: python3 build.py FILE. The same sources make the same bytes.
"""

import os
import pathlib
import sys
import zipfile

# A host starts a provider without PATH, so the first line has the full path of the Python
# that runs this build. -I ignores PYTHONPATH and the packages of a person.
FIRST_LINE = f"#!{sys.executable} -I\n"
MAIN = "import provider.__main__\n"
PARTS = ("paysocket", "provider")


def build(target):
    root = pathlib.Path(__file__).resolve().parent
    files = [path for part in PARTS for path in (root / part).rglob("*") if path.suffix in (".py", ".json")]
    with open(target, "wb") as out:
        out.write(FIRST_LINE.encode())
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, "__main__.py", MAIN.encode())
            for path in sorted(files):
                name = path.relative_to(root)
                if "tests" not in name.parts:
                    _add(archive, name.as_posix(), path.read_bytes())
    os.chmod(target, 0o755)


def _add(archive, name, content):
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # not the file's own
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


if __name__ == "__main__":
    build(sys.argv[1])
