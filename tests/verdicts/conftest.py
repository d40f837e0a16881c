"""Leaves out what this Python cannot parse."""

import sys

collect_ignore = [] if sys.version_info >= (3, 12) else ["test_uses_python312.py"]
