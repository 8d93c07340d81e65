"""spaCy components, each in one file and declared with what it requires, assigns and takes by default."""
