"""``python -m hepatrial``: the command ``hepatrial``, where its folder is not on the path."""

from hepatrial.cli import main

if __name__ == "__main__":
    main()
