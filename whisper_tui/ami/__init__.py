"""The wire: bytes from and to the Asterisk Manager Interface."""
