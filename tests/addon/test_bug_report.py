# SPDX-License-Identifier: GPL-3.0-or-later
"""A bug report says what those who mend need to know, and nothing that is private."""

import bpy
import pytest


def test_it_names_versions_rig_and_error_but_no_names_or_paths(face, room):
    face.name = "Secret Hero"
    face.data.name = "Secret Mesh"
    room("addon.running").trouble = "Something with “Secret Prop” went wrong."
    text = room("addon.panel.bug_report").report(bpy.context)
    versions = (bpy.app.version_string, "NumPy", "Model: ")
    for wanted in (*versions, "52 of 52 shapes", "s, 16 kHz, mono", "Something with “…” went wrong."):
        assert wanted in text
    assert "jawOpen → jawOpen" in text
    for private in ("Secret", "hello", str(room("addon.panel.bug_report").MANIFEST.parent)):
        assert private not in text


def test_it_can_be_had_where_nothing_is_selected(room):
    text = room("addon.panel.bug_report").report(bpy.context)
    assert "Parlance 0." in text
    assert "Last error: none" in text
    assert bpy.ops.parlance.copy_report() == {"FINISHED"}


def test_a_network_that_was_gone_is_told_without_its_name(face, room):
    settings = room("addon.preferences").of(bpy.context)
    settings.model_file = "/nowhere/secret project.onnx"
    try:
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        assert "secret project" in face.parlance.lines[0].result
        text = room("addon.panel.bug_report").report(bpy.context)
    finally:
        settings.model_file = ""
    assert "own network: The network “…” is not there" in text
    assert "secret" not in text


@pytest.mark.ends
def test_it_tells_what_was_done(face, room):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    text = room("addon.panel.bug_report").report(bpy.context)
    assert "writing keys" in text.partition("Log:")[2]
    assert "hello" not in text
