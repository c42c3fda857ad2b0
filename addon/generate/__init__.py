# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, perform and write in turn: a click, a slider, a text, what follows a change, and what is between the lines."""
