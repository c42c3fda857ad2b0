# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation says all that the code says, and its links lead somewhere."""

import ast
import re
from pathlib import Path

import pytest

from parlance.scripts import code_facts, site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written():
    """The pages that are made from the code."""
    return site.written()


def test_every_error_sentence_has_its_place(written):
    page = written["troubleshooting.md"].replace("\\", "")
    found = code_facts.sentences()
    assert len(found) > 150
    for sentence in found:
        assert sentence.text.replace("\\", "") in page, sentence
        assert sentence.text[-1] in ".…?", f"no sentence: {sentence}"


def test_every_operator_is_listed_with_its_arguments(written):
    page = written["operators.md"]
    idnames = {
        name for path in ROOT.glob("addon/**/*.py") for name in re.findall(r'bl_idname = "(parlance\.\w+)"', path.read_text())
    }
    assert len(idnames) > 60
    for name in idnames:
        assert f"bpy.ops.{name}(" in page, name
    assert "| `every_frame` | bool |" in page


def test_every_button_that_mends_something_is_in_the_guide():
    guide = (ROOT / "docs/guide.md").read_text()
    code = [ast.parse((ROOT / f"addon/panel/{name}.py").read_text()) for name in ("face_obstacles", "readiness")]
    told = [part.value for module in code for part in ast.walk(module) if isinstance(part, ast.Constant)]
    buttons = {text for text in told if isinstance(text, str) and re.fullmatch(r"[A-Z][a-z]+( [A-Za-z]+)*", text)} - {"Opens"}
    assert len(buttons) > 15
    assert {button for button in buttons if f"**{button}**" not in guide} == set()


PAGES = [*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"), ROOT / "models/MODEL_CARD.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_page_is_in_the_menu(written):
    menu = (ROOT / "docs/site/mkdocs.yml").read_text()
    for page in [*ROOT.glob("docs/*.md"), *map(Path, site.OWN.values()), *map(Path, written)]:
        assert page.name in menu, page.name
