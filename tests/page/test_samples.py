"""Photos for those who have none: one set that can be learned, and one whose labels were dealt by lot."""

import json

import pytest
from page_visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.weights]


@pytest.mark.parametrize(("name", "outcomes"), [("shapes", {"learnable"}), ("lots", {"no evidence", "too few photos"})])
def test_two_clicks_to_a_true_answer(start_browser, page, real_weights, name, outcomes):
    visitor = Visitor(start_browser())
    visitor.open(page.url, seed=1)
    visitor.click(f"#example-{name}")
    visitor.wait_for_photos(40)
    visitor.ask()
    assert visitor.violations() == []
    results = json.loads(visitor.saved("results.json", "#save-results").read_text())
    print(name, results["sentence"], results["p_value"])
    assert results["verdict"] in outcomes
    assert not visitor.all("#samples")[0].is_displayed()
