"""One widget a file, drawn with the line API."""
