"""Would permuted labels do as well?"""
