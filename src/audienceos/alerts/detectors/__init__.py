"""Pure functions: facts in, detections out. Their limits stand beside them."""
