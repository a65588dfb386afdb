"""Xikolo API v2 (000), as the openHPI apps and web client speak it."""
