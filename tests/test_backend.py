import numpy as np

from catsex import backend


def test_a_seed_makes_a_run_repeatable_and_no_seed_a_fresh_one():
    import keras

    def draws():
        return keras.initializers.GlorotUniform()((3, 2)).numpy().tolist(), np.random.random()

    assert backend.start_keras(7) == 7
    first = draws()
    assert backend.start_keras(7) == 7
    assert draws() == first
    backend.start_keras(8)
    assert draws() != first
    fresh = {backend.start_keras() for _ in range(5)}
    assert len(fresh) == 5 and all(0 <= seed < 2**32 for seed in fresh)


def test_results_say_which_versions_they_depend_on():
    assert set(backend.versions()) == {"catsex", "python", "keras", "tensorflow", "numpy", "imageio", "scikit-image"}
    assert all(number[0].isdigit() for number in backend.versions().values())
