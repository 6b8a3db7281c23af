"""What several tiers of tests use: engines, transports, browsers, processes."""
