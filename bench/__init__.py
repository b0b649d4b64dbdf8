"""The door and the watch beside the raw limit, measured in one run."""
