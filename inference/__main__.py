# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m inference` from the repository root, `python -m parlance.inference` anywhere."""

import sys

from .command_line import main

sys.exit(main())
