# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora, targets, training, evaluation and export of the model, and the weights that ship. The only room with torch."""
