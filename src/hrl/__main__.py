"""`python -m hrl` is `hrl`."""

from hrl.cli import main

if __name__ == "__main__":
    main()
