# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the synthetic speech and say how much there is."""

from __future__ import annotations

from collections import Counter

import soundfile

from .make import folder, synthetic

utterances = synthetic()
seconds = Counter[str]()
for utterance in utterances:
    seconds[utterance.speaker.split("_")[0]] += soundfile.info(utterance.path).duration
for engine, length in seconds.items():
    print(f"{engine}: {length / 60:.1f} min")
voices, languages = {u.speaker for u in utterances}, {u.language for u in utterances}
print(f"{len(utterances)} utterances, {len(voices)} voices, {len(languages)} languages in {folder()}")
