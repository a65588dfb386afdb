"""Comparison of Scholagraph with other GraphQL servers, on the same data and the same PostgreSQL."""
