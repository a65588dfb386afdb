"""How the domain is found and changed: a module per concept, and the rooms of mechanisms they share."""
