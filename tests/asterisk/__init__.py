"""Tests against a real Asterisk with real SIP phones, each of which sends its own tone."""
