"""The Space Federation Protocol: words, states and bodies that cross the wire (DESIGN §6). Contract only, no behaviour."""
