"""Files with many photos inside, unpacked to the cache folder."""
