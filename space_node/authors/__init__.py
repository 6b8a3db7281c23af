"""Who is named with a format beside its space: somebody who has agreed, and only as long as they do."""
