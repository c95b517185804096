-- Whether the operator closed a site. No event says so in any log yet, so the rows are right as they are.
ALTER TABLE member_list_sites ADD COLUMN closed boolean NOT NULL DEFAULT false;
ALTER TABLE conversation_list_sites ADD COLUMN closed boolean NOT NULL DEFAULT false;
