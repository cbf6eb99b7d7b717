"""Live pages: one LISTEN a process, server-sent "this changed, fetch it", replayed from a cursor."""
