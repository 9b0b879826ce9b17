from small_models import small_model

from catsex.network.frozen import Frozen
from catsex.network.model import fingerprint


def test_a_loaded_network_is_described():
    model = small_model(size=(32, 32))
    frozen = Frozen.of(model)
    assert (frozen.fingerprint, frozen.size, frozen.length) == (fingerprint(model), (32, 32), model.output_shape[-1])
    assert frozen.model is model
