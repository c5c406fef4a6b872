"""The console in lines, for screen readers, braille and terminals that cannot place text: one line an event, commands typed."""
