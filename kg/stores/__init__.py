"""Implementations of `kg.store`, one file each."""
