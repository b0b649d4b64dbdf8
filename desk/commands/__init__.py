"""The commands, one module for each thing they are about. Each imports what it needs when it is called."""
