"""What the scenarios of all generated Python clients share."""

import os
from uuid import UUID

def same(what, seen, expected):
    if seen != expected:
        raise SystemExit(f"{what}: {seen!r} instead of {expected!r}")


site = os.environ["CAUSERIE_SITE"]
conversation = UUID(os.environ["CAUSERIE_CONVERSATION"])
message = UUID(os.environ["CAUSERIE_MESSAGE"])
