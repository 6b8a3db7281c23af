"""The tiers of tests (docs/explanation/testing.md): run them with `make test`."""
