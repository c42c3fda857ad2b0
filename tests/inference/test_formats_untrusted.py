# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and stored data that somebody else wrote: read, or refused in one sentence, whatever is in them."""

import io
import json
import tracemalloc
import zipfile
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from parlance.inference import arkit
from parlance.inference.audio import LONGEST
from parlance.inference.errors import ParlanceError
from parlance.inference.formats import audio2face, livelink_csv, performance_file, plain_csv, rhubarb, textgrid
from parlance.inference.performance import Performance, Phone
from parlance.inference.phones import INDEX

many = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
EXCERPT = {"phones", "events", "version", "duration", "model"}


@pytest.fixture(scope="module")
def stored(spoken):
    """A performance of four seconds as bytes."""
    return performance_file.to_bytes(spoken(4.0))


def quietly(read, given):
    """What is read, or None where it is refused in a sentence."""
    try:
        return read(given)
    except ParlanceError as error:
        told = str(error)
    assert told.endswith(".")
    assert "\n" not in told
    return None


def parts_of(data):
    """The members of a stored performance: description and arrays."""
    with np.load(io.BytesIO(data)) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return json.loads(arrays.pop("plain").tobytes()), arrays


def rebuilt(plain, arrays, raw=None):
    """A sound archive of these members; raw: members given byte for byte."""
    text = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in {"plain": np.frombuffer(text, np.uint8), **arrays}.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(values), version=(1, 0))
            archive.writestr(name + ".npy", (raw or {}).get(name, content.getvalue()))
    return buffer.getvalue()


def read_or_refused(data):
    """The performance, checked to be usable; or None where it was refused."""
    found = quietly(performance_file.from_bytes, data)
    if found is None:
        return None
    assert isinstance(found, Performance)
    frames = len(found.speech)
    assert found.curves.shape == (frames, arkit.COUNT)
    assert all(np.isfinite(getattr(found, name)).all() for name in performance_file.STEPS)
    assert 0 < found.duration <= LONGEST
    assert all(phone.symbol in INDEX and phone.start <= phone.end for phone in found.phones)
    return found


def test_the_rebuilt_archive_is_read(stored):
    assert read_or_refused(rebuilt(*parts_of(stored))) is not None


@many
@given(some.data())
def test_any_damage_to_the_bytes_is_a_sentence(stored, data):
    broken = bytearray(stored)
    for _ in range(data.draw(some.integers(1, 8))):
        at = data.draw(some.integers(0, len(broken) - 1))
        broken[at : at + data.draw(some.integers(0, 4))] = data.draw(some.binary(max_size=4))
    read_or_refused(bytes(broken[: data.draw(some.integers(0, len(broken)))] if data.draw(some.booleans()) else broken))


ANYTHING = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=5)
    | some.sampled_from(["a", "sil", "pause"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@many
@given(some.data())
def test_anything_in_the_description_is_a_sentence(stored, data):
    plain, arrays = parts_of(stored)
    where = data.draw(some.sampled_from(["whole", "key", "phone", "event"]))
    if where == "whole":
        plain = data.draw(ANYTHING)
    elif where == "key":
        plain[data.draw(some.sampled_from(sorted(EXCERPT)))] = data.draw(ANYTHING)
    else:
        listed = plain[where + "s"]
        item = listed[data.draw(some.integers(0, len(listed) - 1))]
        item[data.draw(some.sampled_from(sorted(item)))] = data.draw(ANYTHING)
    read_or_refused(rebuilt(plain, arrays))


@many
@given(some.data())
def test_any_array_in_place_of_another_is_a_sentence(stored, data):
    plain, arrays = parts_of(stored)
    name = data.draw(some.sampled_from(sorted(arrays)))
    kind = data.draw(some.sampled_from(["<i2", ">i2", "<f8", "u1", "U3", "?", "<c16", "datetime64[s]", [("a", "<i2")]]))
    shape = data.draw(some.lists(some.integers(0, 60), max_size=4))
    arrays[name] = np.zeros(shape, kind)
    if data.draw(some.booleans()):
        del arrays[data.draw(some.sampled_from(sorted(arrays)))]
    read_or_refused(rebuilt(plain, arrays))


def header(text):
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded


@pytest.mark.parametrize(
    "claim",
    [
        "{'descr': '<i2', 'fortran_order': False, 'shape': (52, 1000000000000), }",
        "{'descr': '<i2', 'fortran_order': True, 'shape': (52, 10000000000), }",
        "{'descr': '|V9000000000', 'fortran_order': False, 'shape': (52, 600), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (52, 600), }",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (-52, -600), }",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1e9, 2), }",
        "(" * 100,
        "__import__('os').abort()",
    ],
)
def test_a_header_is_not_believed(stored, claim):
    plain, arrays = parts_of(stored)
    data = rebuilt(plain, arrays, {"curves": header(claim) + bytes(52 * 600 * 2)})
    tracemalloc.start()
    with pytest.raises(ParlanceError, match="damaged"):
        performance_file.from_bytes(data)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["curves", "speech", "plain"])
def test_what_unpacks_to_gigabytes_is_not_unpacked(stored, name):
    plain, arrays = parts_of(stored)
    bomb = header("{'descr': '|u1', 'fortran_order': False, 'shape': (300000000,), }") + bytes(300_000_000)
    data = rebuilt(plain, arrays, {name: bomb})
    del bomb
    assert len(data) < 1_000_000
    tracemalloc.start()
    with pytest.raises(ParlanceError, match="damaged"):
        performance_file.from_bytes(data)
    assert tracemalloc.get_traced_memory()[1] < (10_000_000 if name != "plain" else 200_000_000)
    tracemalloc.stop()


@pytest.mark.parametrize("text", [b'{"phones": [' * 3_000_000, b"[" * 1_000_000, b'{"a":' * 100_000])
def test_a_description_that_grows_is_refused(stored, text):
    _, arrays = parts_of(stored)
    with pytest.raises(ParlanceError, match="damaged"):
        performance_file.from_bytes(rebuilt(text, arrays))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": performance_file.VERSION + 1}, "newer version"),
        ({"version": 0}, "damaged"),
        ({"duration": 1e9}, "damaged"),
        ({"duration": 30.0}, "damaged"),
        ({"phones": []}, "damaged"),
        ({"phones": [{"symbol": "a", "start": 0, "end": float("nan"), "confidence": 1, "strength": 1}]}, "damaged"),
        ({"phones": [{"symbol": "Q", "start": 0, "end": 12, "confidence": 1, "strength": 1}]}, "damaged"),
        ({"phones": [{"symbol": "a", "start": 2, "end": 1, "confidence": 1, "strength": 1}]}, "damaged"),
        ({"events": [{"kind": "hiccup", "time": 0, "duration": 1, "strength": 1}]}, "damaged"),
    ],
)
def test_descriptions_that_cannot_be(stored, change, words):
    plain, arrays = parts_of(stored)
    with pytest.raises(ParlanceError, match=words):
        performance_file.from_bytes(rebuilt(plain | change, arrays))


READERS = [plain_csv.read, livelink_csv.read, audio2face.read_json, audio2face.read_csv, rhubarb.read, textgrid.read]
WORDS = [
    "time", "timeCode", "Timecode", "BlendShapeCount", "jawOpen", "blendShapes.JawOpen", "HeadYaw", "HeadPitch", "HeadRoll",
    ",", ",", ",", "\n", "\n", "\n", "\t", '"', "'", "0", "1", "0.5", "-1", "1e300", "1e999", "nan", "inf", "-", "", " ", "٣",
    "00:00:00:01.000", "23:59:59:59.9", "99:99:99:99", "{", "}", "[", "]", ":", '"exportFps"', '"facsNames"', '"weightMat"',
    '"mouthCues"', '"start"', '"end"', '"value"', '"A"', "A", "X", "NaN", "true", "null", 'File type = "ooTextFile"\n',
    'Object class = "TextGrid"\n', "<exists>", '"IntervalTier"', '"phones"', '"p"', '"a"', "\0", "\ufeff", "9" * 400,
]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@many
@given(some.lists(some.sampled_from(WORDS) | some.text(max_size=4), max_size=60).map("".join))
def test_any_text_is_read_or_refused(read, text):
    quietly(read, text)


CELLS = some.sampled_from(["0", "1", "0.5", "0.25", "-1", "2", "nan", "inf", "1e40", "", " ", "x", "1_0", "00:00:01:15.5"])


@pytest.mark.parametrize("read", [plain_csv.read, livelink_csv.read, audio2face.read_csv])
@many
@given(some.lists(some.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_tables_come_out_finite_and_in_order(read, rows):
    text = "\n".join(["time,timecode,jawOpen", *(",".join(row) for row in rows)])
    motion = quietly(read, text)
    if motion is not None:
        assert np.isfinite(motion.shapes).all()
        assert np.isfinite(motion.times).all()
        assert (np.diff(motion.times) >= 0).all()


NUMBERS = some.floats() | some.integers(-3, 3) | some.integers() | some.text(max_size=2) | some.none()


@many
@given(some.lists(some.tuples(NUMBERS, NUMBERS, some.sampled_from("ABGXQ")), max_size=6))
def test_mouth_cues_come_out_in_order(rows):
    text = json.dumps({"mouthCues": [{"start": start, "end": end, "value": value} for start, end, value in rows]})
    for form in (text, "\n".join(f"{start}\t{value}" for start, _, value in rows)):
        cues = quietly(rhubarb.read, form)
        if cues is not None:
            phones = rhubarb.to_phones(cues)
            assert phones[0].start == 0
            assert all(after.start == before.end for before, after in pairwise(phones))
            assert all(phone.start < phone.end <= LONGEST for phone in phones)


@many
@given(
    some.one_of(NUMBERS, some.just(30)),
    some.lists(some.sampled_from(["jawOpen", "mouthClose", "elbow"]), max_size=3),
    some.lists(some.lists(NUMBERS | some.lists(NUMBERS, max_size=2), max_size=3), max_size=4),
)
def test_audio2face_comes_out_finite(fps, names, weights):
    motion = quietly(audio2face.read_json, json.dumps({"exportFps": fps, "facsNames": names, "weightMat": weights}))
    if motion is not None:
        assert motion.shapes.shape == (len(weights), arkit.COUNT)
        assert np.isfinite(motion.shapes).all()


GRID = textgrid.write([Phone("m", 0, 1)])


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (plain_csv.read, "time,jawOpen\n0,0\n,0.5\n", "no number"),
        (plain_csv.read, "time,jawOpen\n1,0\n0,0.5\n", "backwards at row 3"),
        (plain_csv.read, "time,jawOpen\n0,nan\n", "no number"),
        (plain_csv.read, 'time,jawOpen\n0,"' + "9" * 200_000 + '"\n', "CSV"),
        (plain_csv.read, 'time,jawOpen\n0,"0.5\n', "CSV"),
        (plain_csv.read, "time,jawOpen\n0,0\n1e9,0\n", "hours"),
        (livelink_csv.read, "Timecode,jawOpen\n00:00:02:00,0\n00:00:01:00,1\n", "backwards"),
        (livelink_csv.read, "Timecode,jawOpen\n" + "9" * 400 + ":00:00:00,0\n", "timecode"),
        (audio2face.read_json, "[" * 100_000, "Audio2Face"),
        (audio2face.read_json, '{"exportFps": NaN, "facsNames": ["jawOpen"], "weightMat": [[0]]}', "Audio2Face"),
        (audio2face.read_json, '{"exportFps": 30, "facsNames": ["jawOpen", "x"], "weightMat": [[0], [1]]}', "one weight"),
        (rhubarb.read, '{"mouthCues": ' + "[" * 100_000, "Rhubarb"),
        (rhubarb.read, "0.0\tA\nnan\tX\n", "Rhubarb"),
        (rhubarb.read, "0.5\tA\n0.2\tX\n", "backwards"),
        (textgrid.read, GRID.replace("size = 1", "size = 9" + "0" * 300), "no TextGrid"),
        (textgrid.read, GRID.replace('"m"', '"AA1"'), "not an IPA letter"),
    ],
)  # fmt: skip
def test_files_that_are_wrong_are_told(read, text, words):
    with pytest.raises(ParlanceError, match=words):
        read(text)
