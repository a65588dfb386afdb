"""SCORM Cloud API v2: the course service."""
