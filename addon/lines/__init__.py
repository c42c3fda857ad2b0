# SPDX-License-Identifier: GPL-3.0-or-later
"""A line between strip and keys: what is stored of it, its plan and draft as data, its wording and tags, its frames, its keys."""
