"""What the repository does to itself: a browser for its tests, the generated documents. No part of the product."""
