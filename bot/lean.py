"""structlog without rich, which it loads wherever it finds it; to be imported before anything that logs.

It is there because the command line's library asks for it. It costs several megabytes for tracebacks in colour, and
those show the values of variables: in a log that may be what somebody wrote.
"""

import sys

sys.modules["rich"] = None  # type: ignore[assignment]  # a package that cannot be imported, for this one import
import structlog  # noqa: E402, F401

del sys.modules["rich"]
