"""What the probabilities of held-out photos are good for: to find wrong labels, and to say how sure a model is."""
