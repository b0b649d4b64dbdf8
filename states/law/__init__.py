"""The procedures themselves, one file per edition. A new edition is a new file; a case keeps the edition of the day it was received."""
