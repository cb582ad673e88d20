"""The commands that keep the list clean, behind `console/`: open the store, do it, say what was done."""
