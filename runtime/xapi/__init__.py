"""The record store of xAPI 1.0.3, for applications and for packages that run."""
