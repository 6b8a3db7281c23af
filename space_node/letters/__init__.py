"""What members are told by mail about their places at events: one letter for each change, and never twice."""
