"""Customers that react to how they are spoken to."""
