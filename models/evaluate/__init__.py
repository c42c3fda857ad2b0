# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the lips are: one table on voices held out from training."""
