"""Bytes to pixels: upright, sRGB, 8 bits; with notices where a file may be meant otherwise."""
