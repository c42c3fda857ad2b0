# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the scene once: all that a line, or the idle between lines, is made of, as a Plan."""
