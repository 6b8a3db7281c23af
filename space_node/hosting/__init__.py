"""Our own sessions as their host sees them: who comes, whom we let in, what we tell them, and what they said afterwards."""
