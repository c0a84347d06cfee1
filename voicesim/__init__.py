"""Practise angry and hurried customers aloud, and score tone, pace and warmth with evidence."""
