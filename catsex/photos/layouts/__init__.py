"""Folders, tables, archives and names to photos, their classes and their subjects."""
