"""Spec and catalog to the platform as meant, and the lock: references linked, defaults filled in, versions picked."""

from __future__ import annotations

from compiler.resolve.lock import Lock, lock_text, read_lock
from compiler.resolve.resolve import resolve

__all__ = ["Lock", "lock_text", "read_lock", "resolve"]
