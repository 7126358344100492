"""Live co-editing: the socket of a page, the log's writer, the bus between processes, presence."""
