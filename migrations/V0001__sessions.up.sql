-- gateway: phase=expand transaction=on reversible=archive
-- One row for each login: what a refresh token belongs to, and whether it still may be used.
CREATE TABLE gateway.auth_session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rt_handle bytea NOT NULL UNIQUE,
    -- The key of the legacy's user as text, whatever type it has there.
    user_key text NOT NULL,
    gen int NOT NULL DEFAULT 0,
    confirmed_gen int NOT NULL DEFAULT -1,
    rotated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    refreshed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoke_reason text CHECK (revoke_reason IN (
        'logout', 'logout_all', 'refresh_reuse', 'password_change', 'user_disabled', 'admin', 'idle'
    )),
    amr text[] NOT NULL DEFAULT '{pwd}',
    user_agent text,
    ip inet,
    CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
) WITH (fillfactor = 80);

CREATE INDEX auth_session_of_user ON gateway.auth_session (user_key) WHERE revoked_at IS NULL;

CREATE INDEX auth_session_revoked ON gateway.auth_session (revoked_at) WHERE revoked_at IS NOT NULL;
