# SPDX-License-Identifier: GPL-3.0-or-later
"""Any face beside its sound: is it in time, do lips meet where they should, and can it be read?"""
