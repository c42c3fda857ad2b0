# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder like those of Audio2Face-3D, with a small face and a network of the same signature, made from nothing but NumPy.

The network knows one movement, a POSE: it shows as much of it as the middle of its window is loud. Names, axes and files are
those of NVIDIA's SDK and Training Framework; no number of theirs is in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from parlance.inference import arkit

VERTICES, TONGUE, SHAPES = 400, 5, 60
WINDOW, MIDDLE = 8320, 640
EMOTIONS = ["amazement", "anger", "cheekiness", "disgust", "fear", "grief", "joy", "outofbreath", "pain", "sadness"]
FACES = ["Claire", "James"]
POSE = {"jawOpen": 0.6, "mouthFunnel": 0.3, "mouthSmileLeft": 0.4, "mouthSmileRight": 0.4, "browInnerUp": 0.5}
OTHER_POSE = {"jawOpen": 0.2, "mouthPucker": 0.7}
LOUD = 0.04
"""Mean square at which a pose is shown in full."""


def small_face() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """float32[V, 3] in cm, the height along y, and what each of the 52 does: bumps in places of their own."""
    rng = np.random.default_rng(3)
    points = (rng.uniform(-1, 1, (VERTICES, 3)) * [7, 11, 4]).astype(np.float32)
    shapes = {}
    for number, name in enumerate(arkit.NAMES):
        centre, way = points[number * 7], rng.normal(size=3)
        near = np.exp(-np.square(points - centre).sum(1) / 18.0)
        shapes[name] = (near[:, None] * way / np.linalg.norm(way)).astype(np.float32)
    return points, shapes


def weights_of(pose: dict[str, float]) -> np.ndarray:
    return np.array([pose.get(name, 0.0) for name in arkit.NAMES], np.float32)


def write(folder: Path, writer: Any, kind: str = "regression", face: Any = None, **changes: Any) -> Path:
    """The folder. writer: tests/make_tiny_model.py. changes: `info` replaces fields of network_info.json, `network` the file."""
    folder.mkdir(parents=True, exist_ok=True)
    points, shapes = face or small_face()
    for who in [""] if kind == "regression" else [f"_{name}" for name in FACES]:
        _write_face(folder, who, points, shapes)
    info = _regression_info(len(points)) if kind == "regression" else _diffusion_info(len(points))
    for place, value in changes.get("info", {}).items():
        info[place] = {**info[place], **value}
    (folder / "network_info.json").write_text(json.dumps(info))
    network = regression(writer, shapes) if kind == "regression" else diffusion(writer, shapes, len(points))
    (folder / "network.onnx").write_bytes(changes.get("network", network))
    return folder


def mixing() -> np.ndarray:
    """float64[SHAPES, 52]: the network's own movements, of which none is one of the 52."""
    return np.random.default_rng(4).normal(size=(SHAPES, arkit.COUNT)) / 8


def _write_face(folder: Path, who: str, points: np.ndarray, shapes: dict[str, np.ndarray]) -> None:
    names = np.array([b"neutral", *(name.encode() for name in arkit.NAMES)])
    np.savez(folder / f"bs_skin{who}.npz", neutral=points, poseNames=names, frontalMask=np.arange(len(points))[5:], **shapes)
    count = arkit.COUNT
    sides = {name: place for place, name in enumerate(dict.fromkeys(name.replace("Right", "Left") for name in arkit.NAMES))}
    symmetry = [sides[name.replace("Right", "Left")] if arkit.mirrored(name) != name else -1 for name in arkit.NAMES]
    config = {
        "strengthL1regularization": 0.1, "strengthL2regularization": 0.001, "strengthTemporalSmoothing": 0.0,
        "strengthSymmetry": 0.001, "numPoses": count, "bsSolveActivePoses": [1] * count, "bsSolveCancelPoses": [-1] * count,
        "bsSolveSymmetryPoses": symmetry, "bsWeightMultipliers": [1.0] * count, "bsWeightOffsets": [0.0] * count,
        "templateBBSize": float(np.linalg.norm(np.ptp(points, axis=0))),
    }  # fmt: skip
    (folder / f"bs_skin_config{who}.json").write_text(json.dumps({"blendshape_params": config}))
    matrix = np.einsum("sk,kvc->svc", mixing(), np.stack([shapes[name] for name in arkit.NAMES])).astype(np.float32)
    np.savez(folder / f"model_data{who}.npz", shapes_matrix_skin=matrix, shapes_mean_skin=points, neutral_skin=points)


def _regression_info(vertices: int) -> dict[str, dict[str, Any]]:
    return {
        "id": {"type": "regression", "actor": "claire", "version": "2.3", "output": "geometry"},
        "params": {
            "implicit_emotion_len": 16, "explicit_emotions": EMOTIONS, "default_emotion": [0.0] * len(EMOTIONS),
            "num_shapes_skin": SHAPES, "num_shapes_tongue": TONGUE, "num_verts_skin": vertices, "num_verts_tongue": 10,
            "result_jaw_size": 15, "result_eyes_size": 4,
        },
        "audio_params": {"buffer_len": WINDOW, "buffer_ofs": WINDOW // 2, "samplerate": 16000},
    }  # fmt: skip


FRAMES = {"left": 3, "center": 6, "right": 3}
STRETCH = 12 * 250
"""Samples of a window of twelve frames: 64 frames a second."""


def _diffusion_info(vertices: int) -> dict[str, dict[str, Any]]:
    return {
        "id": {"type": "diffusion", "version": "3.0", "output": "geometry"},
        "params": {
            "emotions": EMOTIONS, "default_emotion": [0.0] * len(EMOTIONS), "identities": FACES, "skin_size": 3 * vertices,
            "tongue_size": 6, "jaw_size": 15, "eyes_size": 4, "num_diffusion_steps": 2, "num_gru_layers": 2, "gru_latent_dim": 8,
            "num_frames_left_truncate": FRAMES["left"], "num_frames_right_truncate": FRAMES["right"],
            "num_frames_center": FRAMES["center"],
        },
        "audio_params": {"buffer_len": STRETCH, "padding_left": STRETCH, "padding_right": STRETCH, "samplerate": 16000},
    }  # fmt: skip


def regression(writer: Any, shapes: dict[str, np.ndarray], last: str = "Identity") -> bytes:
    """The network. last: an operator that its result goes through."""
    width = SHAPES + TONGUE + 15 + 4
    said = np.zeros(width, np.float32)
    said[:SHAPES] = np.linalg.lstsq(mixing().T, weights_of(POSE), rcond=None)[0]
    begin = (WINDOW - MIDDLE) // 2
    constants = {
        "begin": np.array([begin]), "end": np.array([begin + MIDDLE]), "axis": np.array([2]),
        "loudness": np.repeat(said[:, None, None] / (LOUD * MIDDLE), MIDDLE, axis=2).astype(np.float32),
        "mood": np.zeros((width, 1, 26), np.float32),
    }  # fmt: skip
    nodes = [
        writer.node("Slice", ["input", "begin", "end", "axis"], "middle"),
        writer.node("Mul", ["middle", "middle"], "squares"),
        writer.node("Conv", ["squares", "loudness"], "shown"),
        writer.node("Conv", ["emotion", "mood"], "felt"),
        writer.node("Add", ["shown", "felt"], "both"),
        writer.node("Transpose", ["both"], "turned", perm=[0, 2, 1]),
        writer.node(last, ["turned"], "result"),
    ]
    inputs = {"input": ["batch", 1, WINDOW], "emotion": ["batch", 1, 26]}
    return _file(writer, nodes, constants, inputs, {"result": ["batch", 1, width]})


def diffusion(writer: Any, shapes: dict[str, np.ndarray], vertices: int) -> bytes:
    """The other kind: every frame of a window by its own loudness, the movement by whose face it is; the first window rests."""
    wide, frames = 3 * vertices + 6 + 15 + 4, sum(FRAMES.values())
    step = STRETCH // frames
    moves = np.zeros((wide, len(FACES), 1), np.float32)
    for who, pose in enumerate((POSE, OTHER_POSE)):
        moves[: 3 * vertices, who, 0] = sum(weight * shapes[name] for name, weight in pose.items()).ravel()
    constants = {
        "one": np.array([1]), "last": np.array([2]), "loudness": np.full((1, 1, step), 1 / (LOUD * step), np.float32),
        "moves": moves, "more": np.ones(1, np.float32), "zeros": np.zeros(4, int), "ones": np.ones(4, int), "axes": np.arange(4),
        "single": np.ones(3, int), "least": np.array(0, np.float32), "most": np.array(1, np.float32),
    }  # fmt: skip
    nodes = [
        writer.node("Mul", ["window", "window"], "squares"),
        writer.node("Unsqueeze", ["squares", "one"], "row"),
        writer.node("Conv", ["row", "loudness"], "loud", strides=[step]),
        writer.node("Unsqueeze", ["identity", "last"], "who"),
        writer.node("Conv", ["who", "moves"], "move"),
        writer.node("Slice", ["input_latents", "zeros", "ones", "axes"], "first"),
        writer.node("Reshape", ["first", "single"], "state"),
        writer.node("Clip", ["state", "least", "most"], "warm"),
        writer.node("Mul", ["move", "loud"], "shown"),
        writer.node("Mul", ["shown", "warm"], "moved"),
        writer.node("Transpose", ["moved"], "prediction", perm=[0, 2, 1]),
        writer.node("Add", ["input_latents", "more"], "output_latents"),
    ]
    inputs = {
        "window": ["batch", STRETCH], "identity": ["batch", len(FACES)], "emotion": ["batch", FRAMES["center"], len(EMOTIONS)],
        "input_latents": [2, 2, "batch", 8], "noise": ["batch", 3, frames, wide],
    }  # fmt: skip
    return _file(writer, nodes, constants, inputs, {"prediction": ["batch", frames, wide], "output_latents": [2, 2, "batch", 8]})


def _file(writer: Any, nodes: list[bytes], constants: dict[str, Any], inputs: dict[str, Any], outputs: dict[str, Any]) -> bytes:
    graph = b"".join(nodes) + writer.field(2, "small") + b"".join(writer.tensor(*item) for item in constants.items())
    graph += b"".join(writer.value_info(11, *item) for item in inputs.items())
    graph += b"".join(writer.value_info(12, *item) for item in outputs.items())
    return writer.field(1, 8) + writer.field(7, graph) + writer.field(8, writer.field(1, "") + writer.field(2, 17))
