-- A model on trial: served to a share of the viewers beside the active one.
ALTER TABLE active_model ADD COLUMN canary INTEGER REFERENCES model (version);
ALTER TABLE active_model ADD COLUMN canary_share REAL NOT NULL DEFAULT 0;
