"""The seeded simulator: one seed is one life of a small network, with people, a rogue, and whatever can go wrong between them."""
