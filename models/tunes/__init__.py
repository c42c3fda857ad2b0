# SPDX-License-Identifier: GPL-3.0-or-later
"""How voices are told from tunes: what the weights of `inference/hearing/tune_evidence.json` are learned from."""
