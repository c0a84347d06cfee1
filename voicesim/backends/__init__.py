"""Real engines, one file each, imported lazily by `voicesim.engines`."""
