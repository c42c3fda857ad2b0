# SPDX-License-Identifier: GPL-3.0-or-later
"""What gives the same every time is worked out once a session: hearing, packing a Performance, fitting a bare head."""

import pytest

HEARD: dict[tuple[bytes, float], object] = {}
STORED: dict[int, tuple[object, bytes]] = {}
READ: dict[bytes, object] = {}
FITTED: dict[tuple[bytes, ...], object] = {}


@pytest.fixture(autouse=True)
def heard_once(room, monkeypatch, request):
    """A sound is listened to once a session, for it is heard the same every time; a quarter of the time went there.

    What is marked `listens` is about listening itself.
    """
    if request.node.get_closest_marker("listens"):
        return
    hearing = room("inference.hearing")
    listen = hearing.hear

    def hear(audio, *, progress=None, threads=None, model=None):
        if model is not None:
            return listen(audio, progress=progress, threads=threads, model=model)
        sound = audio.samples.tobytes(), audio.start
        if sound not in HEARD:
            HEARD[sound] = listen(audio, progress=progress, threads=threads)
        elif progress is not None:
            progress(1.0, "Heard")
        return HEARD[sound]

    monkeypatch.setattr(hearing, "hear", hear)


@pytest.fixture(autouse=True)
def stored_once(room, monkeypatch):
    """A Performance is packed, and read back, once a session.

    As each test gets the very same one, acting remembers what it made of it, as it does while an artist moves sliders.
    """
    file = room("inference.formats.performance_file")
    pack, read = file.to_bytes, file.from_bytes

    def to_bytes(performance):
        if id(performance) not in STORED:
            STORED[id(performance)] = performance, pack(performance)
        return STORED[id(performance)][1]

    def from_bytes(data):
        if data not in READ:
            READ[data] = read(data)
        return READ[data]

    monkeypatch.setattr(file, "to_bytes", to_bytes)
    monkeypatch.setattr(file, "from_bytes", from_bytes)


@pytest.fixture(autouse=True)
def fitted_once(room, monkeypatch):
    """The shapes of a bare head are fitted once a session: the same vertices get the same shapes, and it takes seconds."""
    making = room("addon.face_shapes.making")
    fit = making.make_face

    def make_face(meshes, *marks):
        if marks:
            return fit(meshes, *marks)
        head = tuple(part for mesh in meshes for part in (mesh.name.encode(), mesh.points.tobytes(), mesh.triangles.tobytes()))
        if head not in FITTED:
            FITTED[head] = fit(meshes)
        return FITTED[head]

    monkeypatch.setattr(making, "make_face", make_face)
