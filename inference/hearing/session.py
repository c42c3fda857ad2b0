# SPDX-License-Identifier: GPL-3.0-or-later
"""onnxruntime behind the same two members as the NumPy executor. Imported on the first voice heard, never before.

Since 1.29 onnxruntime keeps a device id on disk and reports to its makers, unless ORT_DISABLE_TELEMETRY is set before it is
imported (its Privacy.md). Parlance brings older ones, but in Blender the newest that any extension brings is the one that loads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..errors import ParlanceError
from .network import Array, failed

_REFUSALS: Final = (
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NoSuchFile",
    "NotImplemented",
    "RuntimeException",
)
"""What onnxruntime calls its errors."""


class OnnxSession:
    """An onnxruntime session on the CPU.

    threads: how many cores one window may use. Raises ImportError or OSError where onnxruntime cannot load,
    ParlanceError where it refuses the file.
    """

    def __init__(self, path: Path, threads: int) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        # What another extension has imported before us, and the event traces of Windows, can only be told to stop.
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Idle workers that spin would slow the application down between windows.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A growing arena would keep the memory of the longest window until the application quits.
        options.enable_cpu_mem_arena = False
        refusals: tuple[type[Exception], ...] = tuple(getattr(state, name) for name in _REFUSALS)
        self._failures: tuple[type[Exception], ...] = (*refusals, MemoryError)
        self._name = path.name
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except refusals as error:
            raise ParlanceError(f"The model weights {path.name} are damaged; reinstall the extension.") from error
        self.metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.outputs: tuple[str, ...] = tuple(output.name for output in self._session.get_outputs())
        self._input = self._session.get_inputs()[0].name

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        return self.feed({self._input: waveform})

    def feed(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Outputs by name for inputs by name. Raises ParlanceError where the graph fails on them."""
        try:
            return dict(zip(self.outputs, self._session.run(None, dict(inputs)), strict=True))
        except self._failures as error:
            raise failed(self._name, error) from error
