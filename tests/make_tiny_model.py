# SPDX-License-Identifier: GPL-3.0-or-later
"""Write tests/data/tiny.onnx, a stand-in for the real weights: 12 band energies decide among five phones and three curves.

    python tests/make_tiny_model.py

It has the inputs, outputs and metadata of a real model, so everything downstream can be tested without one. Loud low sounds
open the mouth, sounds that are only low are "m", high ones are "s", quiet is silence. No package is needed but NumPy.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from parlance.inference.model_spec import METADATA_KEY, ModelSpec

TARGET = Path(__file__).parent / "data" / "tiny.onnx"
PHONES = ("sil", "m", "s", "a", "i")
CURVES = ("jawOpen", "mouthFunnel", "mouthSmileLeft")
EMOTIONS = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
TAPS, STRIDE, POOL = 64, 64, 5
BANDS = np.array([125, 250, 375, 500, 750, 1000, 1500, 2000, 3000, 4000, 5500, 7000])


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    result = bytearray()
    while number >= 0x80:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*result, number])


def field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return field(5, field(1, name) + field(3, value) + field(20, 2))
    return field(5, field(1, name) + b"".join(field(8, item) for item in value) + field(20, 7))


def node(kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> bytes:
    body = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    return field(1, body + b"".join(attribute(*item) for item in attributes.items()))


def tensor(name: str, values: np.ndarray) -> bytes:
    code = {"float32": 1, "int64": 7}[str(values.dtype)]
    dims = b"".join(field(1, size) for size in values.shape)
    return field(5, dims + field(2, code) + field(8, name) + field(9, values.tobytes()))


def value_info(number: int, name: str, shape: list[int | str] | None) -> bytes:
    dims = b"".join(field(1, field(2, size) if isinstance(size, str) else field(1, size)) for size in shape or ())
    kind = field(1, 1) + (b"" if shape is None else field(2, dims))
    return field(number, field(1, name) + field(2, field(1, kind)))


def filters() -> np.ndarray:
    """float32[24, 1, TAPS]: a windowed cosine and sine for every band."""
    time = (np.arange(TAPS) - TAPS / 2) / 16_000
    phase = 2 * np.pi * BANDS[:, None] * time
    window = np.hanning(TAPS) / TAPS * 4
    return (np.concatenate([np.cos(phase), np.sin(phase)]) * window)[:, None].astype(np.float32)


def pairs(pool: int) -> np.ndarray:
    """float32[12, 24, pool]: cosine and sine power together, averaged over a frame."""
    return np.repeat(np.concatenate([np.eye(12), np.eye(12)], 1)[:, :, None], pool, axis=2).astype(np.float32) / pool


def rules() -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of the rows: phones, curves, emotions, speech, arousal; from log band energies (-14..-2)."""
    low, middle, high = (np.isin(np.arange(12), part) / len(part) for part in (range(3), range(3, 8), range(8, 12)))
    everything = np.full(12, 1 / 12)
    phones = [
        (-2 * everything, -23),
        (1.5 * low - 1.5 * middle, -5),
        (1.5 * high - 1.0 * low, 7),
        (1.2 * middle, 11),
        (0.8 * middle + 0.5 * high, 14),
    ]
    curves = [(0.8 * middle, 6.5), (0.6 * low - 0.6 * high, -4), (0.5 * high, 4)]
    rows = [*phones, *curves, *[(0.05 * middle, -2)] * len(EMOTIONS), (2 * everything, 23), (0.5 * everything, 5)]
    weight = np.array([row for row, _ in rows], np.float32)
    return weight[:, :, None], np.array([bias for _, bias in rows], np.float32)


SPEC = ModelSpec(16_000, STRIDE * POOL, 0.1, PHONES, CURVES, EMOTIONS, "tiny 2026-11-21")
OUTPUTS = ("phones", "curves", "emotion", "speech", "arousal")


def model(spec: ModelSpec = SPEC, given: tuple[str, ...] = OUTPUTS, pool: int = POOL, floor: float = 1e-6) -> bytes:
    """The file. given: its outputs. pool: a frame has STRIDE times as many samples. floor: under each band's energy."""
    weight, bias = rules()
    bounds = np.cumsum([0, len(PHONES), len(CURVES), len(EMOTIONS), 1, 1])
    nodes = [
        node("Unsqueeze", ["waveform", "one"], "x"),
        node("Conv", ["x", "filters"], "bands", strides=[STRIDE], pads=[0, STRIDE * pool - 1]),
        node("Mul", ["bands", "bands"], "squares"),
        node("Conv", ["squares", "pairs"], "energy", strides=[pool]),
        node("Add", ["energy", "floor"], "floored"),
        node("Log", ["floored"], "log"),
        node("Conv", ["log", "weight", "bias"], "all"),
        node("Transpose", ["all"], "rows", perm=[0, 2, 1]),
    ]
    constants = {
        "one": np.array([1]), "filters": filters(), "pairs": pairs(pool),
        "floor": np.array(floor, np.float32),
        "weight": weight, "bias": bias, "last": np.array([2]),
    }  # fmt: skip
    for name, start, stop in zip(OUTPUTS, bounds[:-1], bounds[1:], strict=True):
        constants |= {f"{name}_start": np.array([start]), f"{name}_stop": np.array([stop])}
        nodes.append(node("Slice", ["rows", f"{name}_start", f"{name}_stop", "last"], f"{name}_rows"))
    nodes += [
        node("Softmax", ["phones_rows"], "phones", axis=-1),
        node("Sigmoid", ["curves_rows"], "curves"),
        node("Sigmoid", ["emotion_rows"], "emotion"),
        node("Squeeze", ["speech_rows", "last"], "speech_flat"),
        node("Sigmoid", ["speech_flat"], "speech"),
        node("Squeeze", ["arousal_rows", "last"], "arousal"),
    ]
    shapes = {"phones": len(PHONES), "curves": len(CURVES), "emotion": len(EMOTIONS)}
    graph = b"".join(nodes) + field(2, "tiny") + b"".join(tensor(*item) for item in constants.items())
    graph += value_info(11, "waveform", [1, "n"])
    graph += b"".join(value_info(12, name, [1, "T", shapes[name]] if name in shapes else [1, "T"]) for name in given)
    metadata = field(1, METADATA_KEY) + field(2, spec.to_json())
    operators = field(8, field(1, "") + field(2, 17))
    return field(1, 8) + field(2, "parlance tests") + field(7, graph) + operators + field(14, metadata)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(model())
