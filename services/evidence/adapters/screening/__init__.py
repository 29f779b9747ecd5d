"""What evidence files are, found out by decoding them whole."""
