"""The lesson as a notebook: it runs from top to bottom in a kernel, as in Jupyter and on Colab."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from catsex.datasets import cats
from catsex.pretrained import weights

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "cats.ipynb"


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def real_ones(any_weights):
    """Whether both the tutorial's photos and real weights are there."""
    return (cats.CATS_FOLDER / "m20.jpg").is_file() and any_weights.parent == weights.keras_cache()


def _without_cats(folder):
    """Copy the project without its photos: to an untrained network all cats look the same, but the demo set may."""
    for name in ("catsex", "notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.jpg"))
    return folder / "notebooks"


@pytest.fixture(scope="module")
def executed(any_weights, real_ones, tmp_path_factory):
    """The notebook after a kernel has run it, on the best photos and weights there are."""
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient, which runs notebooks, is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    home = tmp_path_factory.mktemp("notebook")
    folder = NOTEBOOK.parent if real_ones else _without_cats(home)
    (home / "keras" / "models").mkdir(parents=True)
    (home / "keras" / "models" / weights.KERAS_FILE).symlink_to(any_weights)
    folders = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
    environment = os.environ | {name: str(home / name) for name in folders} | {"KERAS_HOME": str(home / "keras")}
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}})
    client.execute(env=environment)
    return notebook.cells


def test_it_is_kept_without_results(cells):
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 8
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


LESSON = [
    r"data = np\.empty\(\(len\(photos\), 224, 224, 3\)",
    r"decode_predictions\(predictions, top=1\)",
    r"cat_output = Dense\(2, activation=\"softmax\"\)",
    r"cat_output\(model\.layers\[-2\]\.output\)",
    r"cat_model = Model\(inputs=model\.input, outputs=cat_output\)",
    r"for layer in cat_model\.layers\[:-1\]:\n    layer\.trainable = False",
    r"cat_model\.compile\(optimizer=\"adam\", loss=\"sparse_categorical_crossentropy\", metrics=\[\"accuracy\"\]\)",
    r"validation_data=\(",
]


def test_it_has_the_lessons_own_lines_and_repeats_nothing_that_the_package_has(cells):
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "from catsex import" in code
    assert not re.search(r"^\s*(def|class) ", code, re.MULTILINE)
    for line in LESSON:
        assert re.search(line, code), line


def test_a_learner_is_asked_to_predict_before_seeing_results(cells):
    pauses = [i for i, cell in enumerate(cells) if "✋ Pause." in "".join(cell["source"])]
    assert len(pauses) >= 6
    followed = [i for i in pauses if i + 1 < len(cells) and cells[i + 1]["cell_type"] == "code"]
    assert len(followed) >= 6


def test_it_runs_from_top_to_bottom(executed, real_ones):
    code = [cell for cell in executed if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    text = "\n".join(output.get("text", "") for cell in code for output in cell.outputs)
    assert ("40 photos from cats" in text) == real_ones
    assert ("DEMO" in text) == (not real_ones)
    assert "156 layers, 2,260,546 parameters, of those trainable 2,562" in text
    assert len(re.findall(r"^attempt \d", text, re.MULTILINE)) == 4
    assert len(re.findall(r"of held-out photos right \(95 % interval", text)) == 2
    drawn = [output.data for cell in code for output in cell.outputs if "data" in output]
    assert sum("image/svg+xml" in data for data in drawn) == 4
    assert sum("image/png" in data for data in drawn) == 1
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]


def test_a_script_runs_in_a_kernel_as_in_jupyter_and_spyder(any_weights, photo_folder, tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient, which runs notebooks, is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    words = f"--data '{photo_folder}' --weights '{any_weights}' --permutations 19 --repeats 1 --seed 1 --no-record"
    cells = [
        f"%run '{ROOT / 'scripts' / 'evaluate.py'}' {words}",
        "from catsex import progress\nprint('shown:', progress.in_notebook())",
        f"%run '{ROOT / 'scripts' / 'evaluate.py'}' --data nowhere",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=600, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    folders = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
    client.execute(env=os.environ | {name: str(tmp_path / name) for name in folders} | {"PYTHONPATH": str(ROOT)})
    ran, shown, failed = ["".join(out.get("text", "") for out in cell.outputs) for cell in notebook.cells]
    assert "held-out photos right" in ran and "Traceback" not in ran, notebook.cells[0].outputs
    assert "shown: True" in shown
    assert "error: no such folder: nowhere" in failed
