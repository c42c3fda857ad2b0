# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors that reach the animator: one sentence that says what is wrong and what to do."""


class ParlanceError(Exception):
    """Something the user can act on. Its message is a full sentence, shown as it is in the panel, the report or the terminal."""
