"""Reads and writes of the domain: one module per concept, and rooms of mechanisms that concepts share."""
