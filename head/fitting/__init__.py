# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 shapes of the model head, brought onto a head that has none: find the face, fit it, deform it. NumPy only."""
