"""Legacy routes: operation documents with `@http`, one folder and one dialect per platform."""
