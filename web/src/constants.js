// Written by web/test/golden/constants.py from catsex/constants.py, which says why each is what it is.
export const SIZE = 224;
export const EPOCHS = 20;
export const BATCH_SIZE = 32;
export const LEARNING_RATE = 0.001;
export const FOLDS = 5;
export const NEAR_DUPLICATE = 0.9;
export const ALL_ALIKE = 0.75;
export const SHARE_OF_SPREAD = 0.25;
export const CHAIN = 2;
export const BURST_SECONDS = 10;
export const DEVIATIONS = 2;
