"""Whether a team's work finds a node with GPUs, and what that costs: the platform as the scheduler will see it.

Stands between resolving and checking. Reads the platform only; what it takes for granted of our own objects is held
to them by tests/unit/placement/test_agreement.py.
"""
