"""structlog and httpx without what they load wherever they find it; to be imported before anything that logs.

It is there because of other libraries. rich and pygments cost three megabytes: structlog shows tracebacks in colour
with the values of variables, which in a log may be what somebody wrote, and httpx has a command line, which nobody
calls here. greenlet costs half a megabyte, for threads that are not ours.
"""

import sys

UNWANTED = ("rich", "pygments", "greenlet")

sys.modules |= dict.fromkeys(UNWANTED)  # type: ignore[arg-type]  # None: cannot be imported, for these two imports
import httpx  # noqa: E402, F401
import structlog  # noqa: E402, F401

for name in UNWANTED:
    del sys.modules[name]
