"""The use cases: the only writer. It makes what the procedures allow happen, once, and recorded."""
