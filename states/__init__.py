"""The law: what may happen, who may do it, what must be done first, by when. Frozen data; no database, no clock, no framework."""
