"""Evidence from photos as they come, valid however often one looks."""
