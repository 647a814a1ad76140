-- XXH3-64 over where a thing belongs and its bytes; none for what was written before.
ALTER TABLE recs.log_row ADD COLUMN checksum bigint;
ALTER TABLE recs.shard_position ADD COLUMN checksum bigint;
ALTER TABLE recs.shard_page ADD COLUMN checksum bigint;
ALTER TABLE recs.model_chunk ADD COLUMN checksum bigint;
