"""The toy's one slice: purses, and the coins in them."""
