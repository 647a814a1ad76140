-- Of two writes of a viewer the one with the higher revision stays, whichever comes last.
ALTER TABLE viewer ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
