"""`python -m whisper_tui`."""

from whisper_tui.cli.main import main

if __name__ == "__main__":
    main()
