-- A model on trial: served to a share of the viewers beside the active one.
ALTER TABLE recs.active_model
    ADD COLUMN canary bigint REFERENCES recs.model (version),
    ADD COLUMN canary_share double precision NOT NULL DEFAULT 0;
