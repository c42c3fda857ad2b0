# SPDX-License-Identifier: GPL-3.0-or-later
"""How vocal sounds are told from words: what the weights of `inference/hearing/vocal_evidence.json` are learned from."""
