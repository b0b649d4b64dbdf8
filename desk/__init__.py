"""What a person works with: the command duecourse."""
