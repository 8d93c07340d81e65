"""How the data that ships with kg was made; needs the annotated abstracts and is never imported by the rest."""
