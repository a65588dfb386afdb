"""JSON:API: resource types, the kinds of their attributes, and documents made of them."""
