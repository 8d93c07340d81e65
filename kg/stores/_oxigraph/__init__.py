"""What the stores in memory and on disk share: papers as named graphs of a pyoxigraph store."""
