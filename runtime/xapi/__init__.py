"""Learning record store of xAPI 1.0.3, for applications and running packages."""
