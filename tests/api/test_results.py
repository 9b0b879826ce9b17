from dataclasses import dataclass
from typing import ClassVar

import pytest
from sample_records import evaluation, training

from catsex.api.results import Results
from catsex.errors import DataError
from catsex.photos.layouts import reading

pytestmark = pytest.mark.slow  # whole runs are drawn


@dataclass(frozen=True, kw_only=True)
class Found(Results):
    """Results of a kind of their own."""

    script: ClassVar[str] = "evaluate"


@pytest.fixture(params=[evaluation, training])
def found(request, photo_folder):
    return Found(_results=request.param(reading.read_photos(photo_folder)), _pictures={})


def test_what_is_kept_can_be_read_again_and_replaces_nothing(found, tmp_path):
    from catsex.report import redrawing

    folder = found.save(tmp_path / "kept")
    assert redrawing.read(folder) == found._results
    assert "record" not in found.to_dict() and found.to_dict()["photos"] == found._results["photos"]
    with pytest.raises(DataError, match="kept already exists; choose another name"):
        found.save(folder)


def test_where_nothing_can_be_written_it_says_so(found, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="kept cannot be written: "):
        found.save(tmp_path / "file" / "kept")


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(found, monkeypatch):
    from catsex.report import page

    if page.can_draw():
        shown = found._repr_html_()
        assert shown.startswith('<iframe srcdoc="&lt;!') and shown.endswith("</iframe>") and shown.count("<") == 2
    monkeypatch.setattr(page, "can_draw", lambda: False)
    assert found._repr_html_() is None
