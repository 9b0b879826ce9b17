// Written by web/test/golden/constants.py from Python's modules, which say why each is what it is.
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
export const VERDICT = {
  STRICT: 0.01,
  USUAL: 0.05,
  UNEVEN: 0.3,
  ENOUGH_POWER: 0.8,
  TOGETHER: 'all numbers of colour, file, border, sharpness and compression together',
};
export const TEST = {
  PENALTY: 0.01,
  EQUAL: 1e-5,
  AMONG: 'among groups',
  WITHIN: 'within groups',
  BOTH: 'among and within groups',
};
export const INTERVAL = {
  SHARED_TRAINING: 0.5,
};
export const CANDIDATES = {
  PENALTY: 0.03,
  PERMUTATIONS: 999,
  MOST: 2000,
  FEWEST: 20,
  PREDICTIONS: 4000,
};
export const BETTING = {
  STEEPNESS: [1.0, 2.0, 4.0],
  PENALTY: 0.1,
  SEEN_FOR_HALF: 3,
  GROWTH: 1.05,
  MOST_KNOWN: 1000,
  TIE: 1e-6,
};
export const DUPLICATES = {
  FEW: 10,
  MANY: 2000,
};
export const BURSTS = {
  ALIKE: 95,
  FAR: 10,
  LEAST: 4,
  MOST: 500,
};
export const LABELS = {
  WRONG: 0.2,
  CONTRADICTED: 0.4,
  SHARPNESS: 3,
  PENALTY: 0.1,
  MOST: 1000,
  SHARES: 25,
  SCALES: 30,
  FLATTEST: 0.1,
  STEEPEST: 50,
  SLOPES: 7,
  MOST_HIDDEN: 8,
  UNCERTAIN: 0.087,
  ENOUGH: 5000,
  LEAST: 1e-9,
};
export const CALIBRATION = {
  IMAGINARY: 2,
  SUREST: 0.999,
  HALVINGS: 50,
  COLUMNS: 2000,
};
export const KNOWN = {
  MOST: 2000,
};
export const MODEL = {
  METADATA: 'catsex.json',
  KNOWN_FEATURES: 'catsex.known.f16',
  LAST_LAYER: 'catsex.last_layer.f32',
};
export const HEAT = {
  COLOURS: [
    [0, 0, 4],
    [87, 16, 110],
    [188, 55, 84],
    [249, 142, 9],
    [252, 255, 164],
  ],
};
export const RECORD = {
  FORMAT: 3,
};
export const TRACES = {
  SAMPLED: 128,
  WINDOW: 256,
  BLOCK: 8,
  FINEST: 13,
  SMALL_SQUARES: 32,
  HUES: 8,
};
export const EXIF = {
  EXIF: 34665,
  MAKE: 271,
  MODEL: 272,
  TAKEN: 36867,
  MOST: 262144,
};
export const LARGEST = {
  MAX_BYTES: 268435456,
  MAX_PIXELS: 100000000,
  MAX_SIDE: 65500,
};
