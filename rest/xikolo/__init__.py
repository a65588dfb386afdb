"""Xikolo API v2, as the openHPI apps and web client speak it."""
