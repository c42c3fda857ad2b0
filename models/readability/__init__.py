# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains and judges the network that reads lips: python -m parlance.models.readability."""
