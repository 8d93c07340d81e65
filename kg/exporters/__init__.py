"""Implementations of `kg.exporter`, one file each."""
