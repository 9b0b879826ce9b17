"""Ray and object stores: extraction and permutations on many machines."""

from catsex.cluster.cluster import spreader
from catsex.cluster.distributed import extract_on_cluster
from catsex.cluster.stores import is_stored, list_store

__all__ = ["extract_on_cluster", "is_stored", "list_store", "spreader"]
