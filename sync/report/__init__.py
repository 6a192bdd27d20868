"""Findings and plans as text, JSON, GitHub annotations and unified diffs. Pure: values in, text out."""
