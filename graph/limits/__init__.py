"""Limits and budgets of operations: counted before validation, charged before execution."""
