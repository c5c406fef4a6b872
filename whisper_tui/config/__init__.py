"""Where the settings of a site live and how they are read, checked and kept secret."""
