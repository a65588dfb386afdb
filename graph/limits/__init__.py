"""What an operation may ask for: counted before it is validated, paid for before it runs."""
