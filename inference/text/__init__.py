# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says in writing: its words aligned with what is heard, or spoken; directions in brackets; who says what."""
