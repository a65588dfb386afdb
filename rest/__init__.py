"""Legacy routes: GraphQL documents with `@http`, one folder and one dialect per platform."""
