"""The toy's schema, step by step."""
