"""Training the last block of a network too, after the head: many times over, from activations computed once."""

from catsex.backend import to_numpy
from catsex.constants import LEARNING_RATE

SHARE = 0.01  # of the head's learning rate, so that what was learned from many photos is not forgotten


class Tuner:
    """The part of a network above the cut, ready to be fine-tuned from the same start again and again.

    Refitting a Keras model goes on from where it was. So each fit begins by putting back all weights and all that the
    optimizer remembers; the compiled step stays.

    Parameters
    ----------
    above : keras.Model
        As `cutting.split` returns it; its last layer is the head.
    """

    def __init__(self, above):
        import keras

        self.model = above
        self.optimizer = keras.optimizers.Adam(SHARE * LEARNING_RATE)
        above.compile(self.optimizer, "sparse_categorical_crossentropy", jit_compile=False)  # it would take seconds
        self.optimizer.build(above.trainable_variables)
        self.start = above.get_weights()
        self.remembered = [to_numpy(variable) for variable in self.optimizer.variables]

    def predictions(self, activations, labels, mask, head, batches):
        """Fine-tune from the start with a trained head, and return the predictions of the photos not trained on.

        Parameters
        ----------
        activations : ndarray, shape (n, ...), float32
        labels : ndarray, shape (n,), int
        mask : ndarray, shape (n,), bool
            Which photos to train on.
        head : (ndarray, ndarray)
            Kernel, shape (d, C), and bias, shape (C,), of the last layer.
        batches : iterable of ndarray of int
            The photos of each step; of them, those that may be trained on.

        Returns
        -------
        ndarray, shape (photos not in `mask`,), int
        """
        self.restore()
        self.model.layers[-1].set_weights(head)
        for batch in batches:
            chosen = batch[mask[batch]]
            if len(chosen):
                self.model.train_on_batch(activations[chosen], labels[chosen])
        return self.model.predict_on_batch(activations[~mask]).argmax(axis=1)

    def restore(self):
        """Put back all weights, and all that the optimizer remembers."""
        self.model.set_weights(self.start)
        for variable, value in zip(self.optimizer.variables, self.remembered, strict=True):
            variable.assign(value)
