"""Tests of the three truths, on facts without packets."""
