"""Xikolo API v2, as used by the openHPI apps and web client."""
