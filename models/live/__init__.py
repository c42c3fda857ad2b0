# SPDX-License-Identifier: GPL-3.0-or-later
"""The small network that hears while somebody speaks: taught by the large one, it knows little or nothing of what comes next."""
