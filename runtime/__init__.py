"""Runtime of packages: pages and files of the player, reports of activities, and the record store of xAPI."""
