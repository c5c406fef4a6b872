"""The console as a person at work meets it."""
