"""Defaults and thresholds that several parts go by, each once; the page has them, and others, in web/src/constants.js.

    python web/test/golden/constants.py

writes that file anew.
"""

SIZE = 224  # pixels, as which networks see photos unless told otherwise

# Training as in the tutorial: Keras' Adam, which has this rate by default.
EPOCHS = 20
BATCH_SIZE = 32
LEARNING_RATE = 0.001

FOLDS = 5  # unless a class has fewer groups

# Two different photos of the reference sets come no closer than a cosine of 0.81 (780 pairs of the tutorial's
# cats; 0.78 among 79,800 pairs of cats and dogs). The same photo recompressed, mirrored, made brighter by a fifth
# or cropped by a twentieth on each side stays above 0.90, at half its size in 95 of 100 cases.
NEAR_DUPLICATE = 0.90
# Parts on one bench, scanned digits or spectrograms are all alike: their median cosine is 0.81 to 0.96, while that of
# people's faces is 0.72 and of antelopes 0.65. There, near-duplicates are those at less than this share of the median
# distance to the others, 1 - cosine. Both were chosen on these sets: `benchmarks/near_duplicates.py`.
ALL_ALIKE = 0.75
SHARE_OF_SPREAD = 0.25
CHAIN = 2  # times the distance of near-duplicates, how far apart the photos of two groups are on average at most

BURST_SECONDS = 10  # between photos of one camera that are taken for the same

# How many standard deviations below what is usual among one's own photos a new one is flagged. Of quarters the
# smallest with which at most 5 % of new photos of the same kinds are, from 5 to 100 photos of each class: chosen on
# half of 600 cats and dogs, and reported of the other half in docs/method.md.
DEVIATIONS = 2.0
