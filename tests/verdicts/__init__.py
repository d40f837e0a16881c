"""What type checkers say. To import anything from here declares every shape and use."""

import sys

from tests.verdicts import uses

USES_MODULES = [uses]
if sys.version_info >= (3, 12):
    from tests.verdicts import uses_python312

    USES_MODULES.append(uses_python312)
