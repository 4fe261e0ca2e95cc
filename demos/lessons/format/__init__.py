"""How a lesson is written, read and checked."""
