"""What the two front pages say is so."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chapters import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
BOTH = pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])


@BOTH
def test_every_chapter_is_in_the_table(page):
    for chapter in CHAPTERS:
        assert f"(chapters/{chapter.module}.py) | `python -m chapters.{chapter.module}` |" in page


@BOTH
def test_last_lines_in_the_table_are_those_in_the_chapters(page):
    for chapter in CHAPTERS:
        source = (ROOT / "chapters" / f"{chapter.module}.py").read_text("utf-8")
        last, = re.findall(r"^The first ends with:\n    (.*)$", source, re.M)
        assert f"| `python -m chapters.{chapter.module}` | `{last}` |" in page


@BOTH
def test_every_folder_is_in_the_tree(page):
    tree, = re.findall(r"```text\n(chapters/.*?)```", page, re.S)
    folders = {path.parent.name for top in ("chapters", "d2lmx", "benchmarks") for path in ROOT.glob(f"{top}/**/*.py")}
    assert folders <= set(re.findall(r"^ *(\w+)/ ", tree, re.M))


@BOTH
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)]+)\)", page):
        assert (ROOT / target).exists(), target


def test_example_prints_what_both_pages_say(tmp_path):
    code, = re.findall(r"```python\n(.*?)```", PAGES[0], re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "HOME": str(tmp_path)})
    assert done.stderr == ""
    assert all(f"`{done.stdout.strip()}`" in page for page in PAGES)
    assert (tmp_path / "history.png").is_file()


def test_both_pages_show_the_same_commands_and_outputs():
    blocks = [re.findall(r"```.*?```", page, re.S) for page in PAGES]
    trees = [[block for block in page if block.startswith("```text\nchapters/")] for page in blocks]
    assert [len(tree) for tree in trees] == [1, 1]   # in English and in Chinese
    assert [block for block in blocks[0] if block not in trees[0]] == [
        block for block in blocks[1] if block not in trees[1]]


@BOTH
def test_lesson_on_the_page_is_that_of_the_chapter(page):
    excerpt, = re.findall(r"```py\n(.*?)```", page, re.S)
    assert excerpt.strip() in (ROOT / "chapters" / "softmax_regression.py").read_text("utf-8")


def test_learning_curves_are_those_of_the_run_on_the_page():
    """`make figures` draws them anew, and keeps in the file what the run printed."""
    from PIL import Image

    drawn = Image.open(ROOT / "docs" / "mlp-curves.png").info["Description"].splitlines()
    run, = re.findall(r"--dtype float64\nmlp on fashion-mnist: [^\n]*\n(.*?)\n```", PAGES[0], re.S)
    shown = [line for line in run.splitlines() if line != "..."]
    assert [without_seconds(line) for line in shown] == [
        without_seconds(line) for line in drawn if not re.search("epoch [234] ", line)]


def without_seconds(line):
    return re.sub(r"\d+\.\d\d s$", "", line)
