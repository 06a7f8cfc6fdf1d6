"""`python -m worktraq` does what the command `worktraq` does."""

from worktraq.cli import main

if __name__ == "__main__":
    main(prog_name="worktraq")
