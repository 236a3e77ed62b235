"""Namespaces of Windows that programs import, made from plain classes, on any machine."""
