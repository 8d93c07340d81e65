"""From an Extraction to the shapes of graph stores and back: RDF quads, rows of a property graph."""
