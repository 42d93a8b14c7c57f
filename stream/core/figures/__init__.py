"""What a reader sees: figures merged over shards."""
