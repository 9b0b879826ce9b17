"""Ray and object stores: extraction and permutations on many machines."""

from catsex.cluster.extraction import extract_in_parts
from catsex.cluster.stores import is_stored, list_store
from catsex.cluster.tasks import spreader

__all__ = ["extract_in_parts", "is_stored", "list_store", "spreader"]
