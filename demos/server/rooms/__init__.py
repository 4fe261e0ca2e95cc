"""Rooms: one page teaches, the others follow it and vote."""
