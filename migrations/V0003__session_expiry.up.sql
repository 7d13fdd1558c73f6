-- gateway: phase=expand transaction=off reversible=lossless
-- What has expired long ago is deleted once an hour, and looked for by this instead of in every row. A refresh writes none
-- of the indexed columns, so it still writes to no index at all.
CREATE INDEX CONCURRENTLY auth_session_expires ON gateway.auth_session (expires_at);
