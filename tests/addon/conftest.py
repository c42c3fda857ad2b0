# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Blender: the checkout is enabled as an extension once, and every test starts from an empty file."""

import importlib
import os
import shutil
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = "bl_ext.user_default.parlance"
RESOURCES = Path(tempfile.mkdtemp(prefix="parlance-tests-"))
os.environ["BLENDER_USER_RESOURCES"] = str(RESOURCES)
(RESOURCES / "extensions/user_default").mkdir(parents=True)
(RESOURCES / "extensions/user_default/parlance").symlink_to(ROOT, target_is_directory=True)
if not list((ROOT / "models/weights").glob("*.onnx")):
    os.environ["PARLANCE_WEIGHTS"] = str(ROOT / "tests/data/tiny.onnx")

import bpy  # noqa: E402, I001  (makes addon_utils importable)
import addon_utils  # noqa: E402

from .acted import expected  # noqa: E402, F401  (a fixture)
from .idles import head, idle, owned, two_lines  # noqa: E402, F401  (fixtures)
from .once import fitted_once, heard_once, stored_once  # noqa: E402, F401  (fixtures)
from .worked_lines import entry, seconds, worked  # noqa: E402, F401  (fixtures)

_before = set(sys.modules)
addon_utils.enable(EXTENSION, default_set=True)
LOADED_BY_ENABLING = frozenset(set(sys.modules) - _before)
STATUS = pytest.StashKey[int]()
SPEECH = ROOT / "demo/hello.flac"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What is marked `newest`, or `ends`, is slow in other Blenders: left out of the quick suite, run with the slow tests."""
    blenders = importlib.import_module(f"{EXTENSION}.scripts.environments").BLENDERS
    oldest, *_, newest = (tuple(map(int, blender.name.split("."))) for blender in blenders)
    running = bpy.app.version[:2]
    quick = {"newest": running >= newest, "ends": running >= newest or running <= oldest}
    for item in items:
        if any(item.get_closest_marker(name) for name, here in quick.items() if not here):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _empty_file(room):
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    room("addon.running").trouble = ""


@pytest.fixture(scope="session")
def room():
    """A module of the extension, as Blender loaded it."""
    return lambda name: importlib.import_module(f"{EXTENSION}.{name}")


@pytest.fixture(scope="session")
def loaded_by_enabling():
    """The modules that enabling the extension imported."""
    return LOADED_BY_ENABLING


@pytest.fixture(scope="session")
def speech():
    """A few seconds of clean speech."""
    return SPEECH


@pytest.fixture
def scene():
    """The active scene, at 24 frames a second."""
    bpy.context.scene.render.fps = 24
    return bpy.context.scene


@pytest.fixture
def make_face(room):
    """Make a mesh whose shape keys move a vertex each, and select it."""
    names = room("inference.arkit").NAMES

    def make(name="Face", shapes=names, parent=None, mesh=None):
        if mesh is None:
            mesh = bpy.data.meshes.new(name)
            mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        face = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(face)
        if mesh.shape_keys is None and shapes:
            face.shape_key_add(name="Basis")
            for shape in shapes:
                block = face.shape_key_add(name=shape)
                block.value, block.data[0].co.z = 0.0, 1.0
        face.parent = parent
        select(face)
        return face

    return make


@pytest.fixture
def make_armature():
    """Make an armature with one bone, called head unless told otherwise."""

    def make(name="Rig", bone="head"):
        rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
        bpy.context.scene.collection.objects.link(rig)
        select(rig)
        bpy.ops.object.mode_set(mode="EDIT")
        made = rig.data.edit_bones.new(bone)
        made.head, made.tail = (0, 0, 0), (0, 0, 1)
        bpy.ops.object.mode_set(mode="OBJECT")
        return rig

    return make


def select(target):
    """Make an object the active and only selected one."""
    for other in bpy.context.view_layer.objects:
        other.select_set(False)
    bpy.context.view_layer.update()
    target.select_set(True)
    bpy.context.view_layer.objects.active = target


@pytest.fixture(name="select")
def _select():
    return select


@pytest.fixture
def add_voice(scene, room, speech):
    """Put a sound on a strip."""

    def add(path=speech, frame=10):
        return room("addon.sequencer.strips").add(scene, str(path), frame)

    return add


@pytest.fixture
def face(make_face, add_voice):
    """A face with all 52 shapes, selected, and speech on a strip from frame 10."""
    made = make_face()
    add_voice()
    return made


@pytest.fixture
def value_at(scene):
    """The evaluated value of a shape key at a frame."""

    def value(mesh, shape, frame):
        bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
        evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
        return evaluated.data.shape_keys.key_blocks[shape].value

    return value


@pytest.fixture
def curves(room):
    """All curves that a datablock's action slot holds, by data path and index."""

    def find(owner):
        sheet = room("addon.animation.slots").existing(owner)
        return {(curve.data_path, curve.array_index): curve for curve in sheet.bag.fcurves} if sheet and sheet.bag else {}

    return find


@pytest.fixture
def bits():
    """Every bit of a curve's keys that an artist could miss."""
    floats = ("co", "handle_left", "handle_right", "amplitude", "back", "period")
    enums = ("interpolation", "easing", "handle_left_type", "handle_right_type", "type")

    def read(curve, first=-np.inf, last=np.inf):
        inside = [point for point in curve.keyframe_points if first <= point.co[0] <= last]
        return [tuple(np.float32(getattr(p, n)).tobytes() for n in floats) + tuple(getattr(p, n) for n in enums) for p in inside]

    return read


@pytest.fixture
def snapshot(bits):
    """Everything in the file that generating could touch, to compare before and after."""

    def take():
        bpy.context.view_layer.update()
        curves = {
            (action.name, slot.identifier, curve.data_path, curve.array_index): bits(curve)
            for action in bpy.data.actions
            for layer in action.layers
            for strip in layer.strips
            for slot in action.slots
            for curve in (strip.channelbag(slot).fcurves if strip.channelbag(slot) else ())
        }
        counts = {name: len(getattr(bpy.data, name)) for name in ("actions", "objects", "sounds", "scenes", "texts", "meshes")}
        values = {key.name: [(b.name, b.value, b.mute) for b in key.key_blocks] for key in bpy.data.shape_keys}
        animated = {
            item.name: (item.animation_data.action, item.animation_data.action_slot, len(item.animation_data.nla_tracks))
            for item in (*bpy.data.objects, *bpy.data.shape_keys)
            if item.animation_data
        }
        lines = {item.name: [(line.title, line.result) for line in item.parlance.lines] for item in bpy.data.objects}
        scenes = {}
        for item in bpy.data.scenes:
            strips = item.sequence_editor.strips if item.sequence_editor else ()
            placed = [(strip.name, strip.mute, strip.channel) for strip in strips]
            scenes[item.name] = (item.frame_start, item.frame_end, item.frame_current, placed)
        return curves, counts, values, animated, lines, scenes

    return take


@pytest.fixture
def write_wav(tmp_path):
    """Write a WAV file of any rate and channels."""

    def write(samples, rate=16_000, name="voice.wav"):
        samples = np.asarray(samples, np.float64)
        samples = samples[:, None] if samples.ndim == 1 else samples
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def ready(room):
    """What the panel would show now."""
    return lambda: room("addon.panel.readiness").look(bpy.context)


@pytest.fixture
def codes(ready):
    """The obstacles of the moment."""
    return lambda: {obstacle.code for obstacle in ready().obstacles}


@pytest.fixture
def moves(value_at):
    """Whether a face speaks after generating."""

    def speaks(face):
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        return max(value_at(face, "jawOpen", frame) for frame in range(10, 70, 2)) > 0.1

    return speaks


def pytest_sessionfinish(session, exitstatus):
    session.config.stash[STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Leave at once, when all is told: Blender 4.5, taken down as a module, sometimes waits for itself for ever."""
    sys.stdout.flush()
    sys.stderr.flush()
    shutil.rmtree(RESOURCES, ignore_errors=True)
    os._exit(config.stash.get(STATUS, 1))
