"""Bytes to pixels: upright, sRGB, 8 bits, and what is said where a file is read otherwise than it may be meant."""
