# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the .blend: characters, strips, sounds, action slots, f-curves, and the properties that are stored with them."""
