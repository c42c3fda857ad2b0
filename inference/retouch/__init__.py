# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist changes in a line, as plain data: phones, vocal sounds, words, passages; and another way to play a stretch."""
