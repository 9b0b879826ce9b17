"""Evidence that stays true however often one looks, from photos as they come."""
