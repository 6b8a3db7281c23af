"""After a restore: of this node, which listens before it speaks again; of the hub, which is told again what it has forgotten."""
