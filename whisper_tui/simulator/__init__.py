"""A PBX of bytes: an AMI server on loopback that plays recorded floors and answers as Asterisk does."""
