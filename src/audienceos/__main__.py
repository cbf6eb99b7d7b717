"""`python -m audienceos`: the command line."""

from audienceos.cli import main

if __name__ == "__main__":
    main()
