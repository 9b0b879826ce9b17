"""Files of features, read some rows at a time."""
