-- XXH3-64 over where a thing belongs and its bytes; none for what was written before.
ALTER TABLE log_row ADD COLUMN checksum INTEGER;
ALTER TABLE shard_position ADD COLUMN checksum INTEGER;
ALTER TABLE shard_page ADD COLUMN checksum INTEGER;
ALTER TABLE model_chunk ADD COLUMN checksum INTEGER;
