/** What the network gives: so many features of a photo, the means of as many maps of 7 x 7 places. */
export const FEATURES = 1280,
  MAPS = 7;
