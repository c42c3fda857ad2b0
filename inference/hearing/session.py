# SPDX-License-Identifier: GPL-3.0-or-later
"""onnxruntime behind the same two members as the NumPy executor. Imported on the first voice heard, never before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import ParlanceError
from .graph import Array


class OnnxSession:
    """An onnxruntime session on the CPU.

    threads: how many cores one window may use. Raises ImportError or OSError where onnxruntime cannot load,
    ParlanceError where it refuses the file.
    """

    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import (
            Fail,
            InvalidGraph,
            InvalidProtobuf,
            NoSuchFile,
        )

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Idle workers that spin would slow the application down between windows.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A growing arena would keep the memory of the longest window until the application quits.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
            raise ParlanceError(f"The model weights {path.name} are damaged; reinstall the extension.") from error
        self.metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.outputs: tuple[str, ...] = tuple(output.name for output in self._session.get_outputs())
        self._input = self._session.get_inputs()[0].name

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        return dict(zip(self.outputs, self._session.run(None, {self._input: waveform}), strict=True))
