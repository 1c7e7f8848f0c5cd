"""Every block of Python in the README and the documentation runs as it stands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "_build" not in path.parts and BLOCK.search(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("name", PAGES)
def test_blocks_of_a_page_run_in_order(name, tmp_path, monkeypatch):
    """As a reader would: one after the other, in one session and an empty folder."""
    monkeypatch.chdir(tmp_path)
    text = PAGES[name].read_text(encoding="utf-8")
    session = {"__name__": "__main__"}
    for block in BLOCK.finditer(text):
        # Leading newlines make the line numbers of a traceback those of the page.
        source = "\n" * text.count("\n", 0, block.start(1)) + block[1]
        exec(compile(source, str(PAGES[name]), "exec"), session)


def test_pages_with_blocks_are_found():
    assert "docs/quickstart.md" in PAGES
