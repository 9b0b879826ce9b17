"""Would another network, or another way of training, do better?"""
