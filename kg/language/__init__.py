"""What components share: words, the Doc between them, forms of names, numbers, features and their data."""
