# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in and out keep what they are given."""

import contextlib
import dataclasses
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from parlance.inference import arkit
from parlance.inference.animation import Animation
from parlance.inference.errors import ParlanceError
from parlance.inference.formats import (
    audio2face,
    livelink_csv,
    moho,
    performance_file,
    phone_files,
    phones_json,
    plain_csv,
    rhubarb,
    textgrid,
)
from parlance.inference.formats.motion import shape_index
from parlance.inference.hearing import hear
from parlance.inference.performance import EMOTIONS, Phone
from parlance.inference.phones import SYMBOLS


def animation(frames=150, fps=60.0, start=0.0, seed=0):
    rng = np.random.default_rng(seed)
    shapes = rng.random((frames, arkit.COUNT)).astype(np.float32)
    layers = dict.fromkeys(("speech", "emotion", "eyes"), shapes / 3)
    emotion, arousal = rng.random((frames, 7)).astype(np.float32), rng.uniform(-1, 1, frames).astype(np.float32)
    blink = rng.random((frames, 2)).astype(np.float32)
    gaze, head = (rng.uniform(-20, 20, (frames, n)).astype(np.float32) for n in (2, 3))
    return Animation(fps, start, shapes, layers, emotion, arousal, blink, gaze, head, ())


def test_plain_csv_round_trip():
    before = animation(start=-1.25)
    after = plain_csv.read(plain_csv.write(before))
    np.testing.assert_allclose(after.times, before.times, atol=1e-6)
    np.testing.assert_allclose(after.shapes, before.shapes, atol=6e-6)
    for index, name in enumerate(EMOTIONS):
        np.testing.assert_allclose(after.others[name], before.emotion[:, index], atol=6e-6)
    np.testing.assert_allclose(after.others["arousal"], before.arousal, atol=6e-6)


def test_plain_csv_columns_are_found_by_name_in_any_case_and_order():
    motion = plain_csv.read("JAWOPEN,Time,mouth_smile_L\n0.5,0.0,0.25\n0.75,0.1,\n")
    np.testing.assert_allclose(motion.shapes[:, arkit.INDEX["jawOpen"]], [0.5, 0.75])
    np.testing.assert_allclose(motion.shapes[:, arkit.INDEX["mouthSmileLeft"]], [0.25, 0])
    np.testing.assert_allclose(motion.shapes_at(np.array([0.05]))[0, arkit.INDEX["jawOpen"]], 0.625)


def test_live_link_has_the_columns_of_the_app():
    header, first, *_ = livelink_csv.write(animation()).splitlines()
    columns = header.split(",")
    assert len(columns) == 63 == len(first.split(","))
    assert columns[:4] == ["Timecode", "BlendShapeCount", "EyeBlinkLeft", "EyeLookDownLeft"]
    assert columns[16:19] == ["JawForward", "JawRight", "JawLeft"]
    assert columns[54:] == [f"{part}{axis}" for part in ("Head", "LeftEye", "RightEye") for axis in ("Yaw", "Pitch", "Roll")]
    assert first.split(",")[1] == "61"
    assert first.split(",")[0] == "00:00:00:00.000"


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 60.0, 120.0])
@pytest.mark.parametrize("start", [0.0, 3661.5, -2.0, 86399.0])
def test_live_link_round_trip(fps, start):
    before = animation(frames=round(3 * fps), fps=fps, start=start)
    after = livelink_csv.read(livelink_csv.write(before))
    np.testing.assert_allclose(after.times, before.times - start, atol=1e-4)
    np.testing.assert_allclose(after.shapes, before.shapes, atol=1e-6)
    np.testing.assert_allclose(after.head, before.head, atol=1e-4)


@given(some.floats(-1e5, 1e6))
def test_timecodes_are_well_formed(seconds):
    hours, minutes, whole, frames = livelink_csv.timecode(seconds).split(":")
    assert 0 <= int(hours) < 24
    assert 0 <= int(minutes) < 60
    assert 0 <= int(whole) < 60
    assert 0 <= float(frames) < 60
    assert len(frames) == 6


def test_live_link_tolerates_other_programs():
    text = "Timecode,BlendshapeCount,JawOpen,jawleft,Joy\n23:59:59:31.500,68,0.5,0.1,0.9\n00:00:00:01.500,68,0.6,0.2,0.8\n"
    motion = livelink_csv.read(text)
    np.testing.assert_allclose(motion.times, [0, 0.5], atol=1e-9)
    np.testing.assert_allclose(motion.shapes[:, arkit.INDEX["jawLeft"]], [0.1, 0.2])
    np.testing.assert_allclose(motion.others["Joy"], [0.9, 0.8])
    assert motion.head is None


@pytest.mark.parametrize(
    ("read", "text", "complaint"),
    [
        (plain_csv.read, "", "no rows"),
        (plain_csv.read, "jawOpen\n0.5\n", "time"),
        (plain_csv.read, "time,jawOpen\n0,wide\n", "no number"),
        (plain_csv.read, "time,elbow\n0,1\n", "ARKit"),
        (plain_csv.read, "time,jawOpen\n0,0.1\n0.1\n", "Row 3"),
        (livelink_csv.read, "time,jawOpen\n0,1\n", "Timecode"),
        (livelink_csv.read, "Timecode,jawOpen\nnoon,1\n", "noon"),
        (audio2face.read_json, "{}", "Audio2Face"),
        (audio2face.read_json, "nonsense", "Audio2Face"),
        (audio2face.read_csv, "a,b\n1,2\n", "timeCode"),
        (rhubarb.read, "nonsense", "Rhubarb"),
        (rhubarb.read, "0.0\tQ\n1.0\tX\n", "mouth cues"),
    ],
)
def test_other_files_are_refused_in_one_sentence(read, text, complaint):
    with pytest.raises(ParlanceError, match=complaint) as caught:
        read(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", ["jawOpen", "JawOpen", "jaw_open", "blendShapes.JawOpen", "JAW OPEN", " jawopen"])
def test_names_match_whatever_their_spelling(name):
    assert shape_index(name) == arkit.INDEX["jawOpen"]


def test_sides_match_whatever_their_spelling():
    for name in ("eyeBlink_L", "EyeBlinkLeft", "eye blink left", "eyeBlink.L".replace(".", "_")):
        assert shape_index(name) == arkit.INDEX["eyeBlinkLeft"]
    assert shape_index("elbow") is None


def test_audio2face_json():
    text = json.dumps({"exportFps": 30, "facsNames": ["jawOpen", "mouthClose"], "weightMat": [[0.1, 0.2], [0.3, 0.4]]})
    motion = audio2face.read_json(text)
    np.testing.assert_allclose(motion.times, [0, 1 / 30])
    np.testing.assert_allclose(motion.shapes[:, arkit.INDEX["mouthClose"]], [0.2, 0.4])


def test_audio2face_csv():
    motion = audio2face.read_csv(",timeCode,blendShapes.JawOpen,blendShapes.TongueTipUp\n0,0.0,0.5,0.1\n1,0.033,0.7,0.2\n")
    np.testing.assert_allclose(motion.shapes[:, arkit.INDEX["jawOpen"]], [0.5, 0.7])
    assert "blendShapes.TongueTipUp" in motion.others


PHONES = tuple(
    Phone(symbol, start, end)
    for symbol, start, end in [
        ("sil", 0, 0.2),
        ("m", 0.2, 0.28),
        ("a", 0.28, 0.4),
        ("p", 0.4, 0.43),
        ("u", 0.43, 0.6),
        ("sil", 0.6, 1.0),
    ]
)


@pytest.mark.parametrize("write", [rhubarb.write_tsv, lambda cues: rhubarb.write_json(cues, "speech.wav")])
def test_rhubarb_round_trip(write):
    cues = rhubarb.cues(PHONES)
    assert [cue.shape for cue in cues] == ["X", "A", "D", "A", "F", "X"]
    back = rhubarb.read(write(cues))
    assert [cue.shape for cue in back] == [cue.shape for cue in cues]
    np.testing.assert_allclose([cue.start for cue in back], [cue.start for cue in cues], atol=0.01)
    assert back[-1].end == 1.0


def test_rhubarb_ends_with_the_sound():
    assert rhubarb.write_tsv(rhubarb.cues(PHONES)).splitlines()[0] == "0.00\tX"
    assert rhubarb.write_tsv(rhubarb.cues(PHONES)).splitlines()[-1] == "1.00\tX"


@given(some.lists(some.tuples(some.sampled_from(SYMBOLS), some.floats(0.02, 0.3)), min_size=1, max_size=40))
def test_rhubarb_cues_tile_the_sound_and_do_not_flicker(segments):
    ends = np.cumsum([length for _, length in segments])
    phones = [Phone(symbol, end - length, end) for (symbol, length), end in zip(segments, ends, strict=True)]
    cues = rhubarb.cues(phones)
    assert cues[0].start == pytest.approx(0, abs=1e-9)
    assert cues[-1].end == pytest.approx(ends[-1])
    for before, after in itertools.pairwise(cues):
        assert before.end == pytest.approx(after.start)
        assert before.shape != after.shape


def test_a_rhubarb_file_can_drive_a_face():
    phones = rhubarb.to_phones(rhubarb.cues(PHONES))
    assert [phone.symbol for phone in phones] == ["sil", "m", "ɑ", "m", "u", "sil"]


def test_textgrid_lists_every_phone():
    text = textgrid.write(PHONES)
    assert "intervals: size = 6" in text
    assert text.count("xmin") == 8
    assert 'text = "p"' in text
    assert "sil" not in text


def test_performance_round_trip(tiny, babble):
    before = hear(babble(5))
    after = performance_file.from_bytes(performance_file.to_bytes(before))
    assert (after.phones, after.events, after.duration, after.model) == (
        before.phones,
        before.events,
        before.duration,
        before.model,
    )
    for name, tolerance in {
        "curves": 2e-4,
        "posteriors": 0.02,
        "emotion": 1e-3,
        "arousal": 1e-3,
        "speech": 1e-3,
        "voicing": 1e-3,
    }.items():
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=tolerance, err_msg=name)
    np.testing.assert_allclose(after.loudness, before.loudness, atol=0.03)
    np.testing.assert_allclose(after.pitch, before.pitch, atol=0.01)
    np.testing.assert_allclose(after.posteriors.sum(1), 1, atol=1e-5)


def test_a_stored_performance_does_not_change_when_stored_again(tiny, babble):
    once = performance_file.to_bytes(performance_file.from_bytes(performance_file.to_bytes(hear(babble(2)))))
    twice = performance_file.from_bytes(once)
    first = performance_file.from_bytes(once)
    np.testing.assert_array_equal(first.curves, twice.curves)
    assert dataclasses.asdict(first).keys() == dataclasses.asdict(twice).keys()


def test_a_minute_of_performance_is_small(tiny, babble):
    assert len(performance_file.to_bytes(hear(babble(60)))) < 300_000


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-200], lambda data: b"PK" + bytes(500)])
def test_damaged_performances_are_refused(tiny, babble, damage):
    with pytest.raises(ParlanceError, match="damaged"):
        performance_file.from_bytes(damage(performance_file.to_bytes(hear(babble(1)))))


@some.composite
def phone_tracks(draw):
    """Phones of 80 ms or more, in whole hundredths, that tile the sound."""
    lengths = draw(some.lists(some.integers(8, 60), min_size=1, max_size=30))
    symbols = [draw(some.sampled_from(SYMBOLS)) for _ in lengths]
    ends = np.cumsum(lengths) / 100
    return tuple(Phone(s, float(e) - n / 100, float(e)) for s, n, e in zip(symbols, lengths, ends, strict=True))


@given(phone_tracks(), some.sampled_from(("rhubarb", "rhubarb-xml", "rhubarb-json")))
def test_every_form_of_rhubarb_says_the_same(track, kind):
    before = rhubarb.cues(track)
    after = rhubarb.read(phone_files.write(track, kind, sound="a & <b>.wav"))
    assert [cue.shape for cue in after] == [cue.shape for cue in before]
    np.testing.assert_allclose([(c.start, c.end) for c in after], [(c.start, c.end) for c in before], atol=0.0101)


@given(phone_tracks(), some.sampled_from((12.0, 24.0, 29.97, 60.0)))
def test_switch_data_round_trip(track, fps):
    before = moho.cues(track)
    after = moho.read(moho.write(before, fps), fps)
    at = (np.array([cue.start for cue in before]) + np.array([cue.end for cue in before])) / 2
    shown = [next((cue.shape for cue in after if cue.start <= t < cue.end), None) for t in at]
    assert all(a == cue.shape for a, cue in zip(shown, before, strict=True) if cue.end - cue.start > 1.5 / fps)


@pytest.mark.parametrize("kind", phone_files.SUFFIXES)
def test_phone_files_are_told_apart_by_what_is_in_them(kind):
    track = (Phone("sil", 0.0, 0.3), Phone("m", 0.3, 0.5), Phone("ɑ", 0.5, 0.9), Phone("sil", 0.9, 1.2))
    read = phone_files.read(phone_files.write(track, kind, fps=100.0), fps=100.0)
    assert "m" in {phone.symbol for phone in read if phone.start < 0.4 < phone.end}
    assert "ɑ" in {phone.symbol for phone in read if phone.start < 0.7 < phone.end}


@given(phone_tracks())
def test_phones_as_json_round_trip(track):
    after = phone_files.read(phones_json.write(track, (), "a “b”.wav"))
    assert [phone.symbol for phone in after] == [phone.symbol for phone in track]
    np.testing.assert_allclose([(p.start, p.end) for p in after], [(p.start, p.end) for p in track], atol=1e-6)


@pytest.mark.parametrize(
    ("phones", "told"),
    [
        ("[]", "no phones"),
        ("3", "has “phone”"),
        ('[{"phone": "m", "start": 0}]', "has “phone”"),
        ('[{"phone": "m", "start": 0, "end": 1, "confidence": 2}]', "has “phone”"),
        ('[{"phone": "AA", "start": 0, "end": 1}]', "“AA” at 0 s is none of the phones"),
        ('[{"phone": "m", "start": 0, "end": 1}, {"phone": "s", "start": 0.5, "end": 2}]', "run backwards at 0.5 s"),
        ('[{"phone": "m", "start": 0, "end": 1e9}]', "run backwards at 0 s"),
        ('[]}\n{"phones": []', "more than one recording"),
    ],
)
def test_phones_as_json_that_are_wrong_are_one_sentence(phones, told):
    with pytest.raises(ParlanceError, match=told):
        phone_files.read(f'{{"phones": {phones}}}')


def test_json_of_something_else_is_told():
    with pytest.raises(ParlanceError, match=r"neither phones, .* nor mouth cues"):
        phone_files.read('{"exportFps": 30}')


@given(some.text(max_size=200))
def test_any_text_is_phones_or_a_sentence(text):
    for start in (
        "",
        "MohoSwitch1\n",
        '{"phones": ',
        "<?xml version='1.0'?><rhubarbResult>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "File type",
    ):
        with contextlib.suppress(ParlanceError):
            assert phone_files.read(start + text)


@pytest.mark.parametrize(
    ("write", "read"), [(audio2face.csv_lines, audio2face.read_csv), (audio2face.json_lines, audio2face.read_json)]
)
@pytest.mark.parametrize("frames", [1, 5000])
def test_audio2face_round_trip(write, read, frames):
    before = animation(frames=frames, fps=30.0, start=2.0)
    after = read("".join(write(before)))
    np.testing.assert_allclose(after.times, before.times - 2.0, atol=1e-6)
    np.testing.assert_allclose(after.shapes, before.shapes, atol=1e-6)
