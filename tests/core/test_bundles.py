"""Many modules are sent as one script: each in a function of its own, after all that it imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop.core.bundles import scripts

MODULES = {
    "workshop.js": 'import { scan } from "./scan-box.js";\nimport { add } from "./store.js";\n\nscan(add);\n',
    "scan-box.js": 'import { add } from "./store.js";\n\nexport async function scan() {}\nexport class Box {}\n',
    "store.js": "const some = [];\nexport const add = (one) => some.push(one);\n",
}


def put_together(folder: Path, **more: str) -> str:
    for name, text in (MODULES | {f"{name}.js": text for name, text in more.items()}).items():
        (folder / name).write_text(text)
    return scripts(folder)


def test_a_module_stands_after_all_that_it_imports_and_once(tmp_path: Path) -> None:
    lines = [line for line in put_together(tmp_path).splitlines() if line.startswith(("const _", "return"))]
    assert lines == [
        "const _store = (() => {",
        "return { add };",
        "const _scan_box = (() => {",
        "return { scan, Box };",
        "const _workshop = (() => {",
        "return {  };",
    ]


def test_what_a_module_imports_comes_from_the_others_function(tmp_path: Path) -> None:
    text = put_together(tmp_path)
    assert text.count("const { add } = _store;") == 2
    assert "import" not in text
    assert "export" not in text


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"scan-box\.js and store\.js import each other"):
        put_together(tmp_path, store='import { scan } from "./scan-box.js";\nexport const add = scan;\n')


@pytest.mark.parametrize("line", ['import "./scan-box.js";', "export default 1;", 'export { add } from "./x.js";'])
def test_another_way_to_import_or_export_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"store\.js: this way"):
        put_together(tmp_path, store=f"{line}\n")
