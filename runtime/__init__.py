"""Where packages run: the player's pages and files, what activities report, and the store of xAPI."""
