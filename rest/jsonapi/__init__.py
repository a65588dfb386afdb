"""JSON:API: resource types, the kinds of their attributes, and JSON:API documents of resources."""
