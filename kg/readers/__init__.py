"""Implementations of `kg.reader`, one file each."""
