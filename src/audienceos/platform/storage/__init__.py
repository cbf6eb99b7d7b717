"""Files, behind one port."""
