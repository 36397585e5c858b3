"""Invented institutions, people and complaints that fill a demo installation."""
