"""Tests of the rules that need facts: what they find and how they say it."""
