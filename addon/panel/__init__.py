# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist sees and presses: what is selected, what stands in the way, the buttons and the panels."""
