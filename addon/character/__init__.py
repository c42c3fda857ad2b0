# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters: the objects that speak as one, their shapes, bones and controls, which way they face and what they look at."""
