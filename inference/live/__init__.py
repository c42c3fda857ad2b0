# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech to a face while it is spoken: sound goes in as it comes, frames come out, some chosen time later."""
