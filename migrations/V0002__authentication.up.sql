-- gateway: phase=expand transaction=on reversible=archive
-- What was stored as the user's password when they logged in, hashed once more: a change, by whomever, ends the session.
ALTER TABLE gateway.auth_session ADD COLUMN password_fp bytea;

-- From when on tokens of a user count: those that were issued before are refused, whoever issued them.
CREATE TABLE gateway.user_epoch (
    user_key text PRIMARY KEY,
    not_before timestamptz NOT NULL,
    reason text NOT NULL CHECK (reason IN ('logout_all', 'password_change', 'user_disabled', 'admin')),
    -- The session from which a password was changed: it goes on.
    keeps uuid,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX user_epoch_changed ON gateway.user_epoch (changed_at);

-- Tokens of no session that were logged out, until they would have expired anyway: SHA-256 of what their signature is
-- over, because a signature can be written in more than one way.
CREATE TABLE gateway.revoked_token (
    digest bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX revoked_token_revoked ON gateway.revoked_token (revoked_at);

CREATE INDEX revoked_token_expires ON gateway.revoked_token (expires_at);

-- A better hash of a password that the legacy's own table still holds as it was.
CREATE TABLE gateway.user_password (
    user_key text PRIMARY KEY,
    phc text NOT NULL,
    -- SHA-256 of the legacy's hash at that moment: when that has changed since, this row says nothing any more.
    legacy_fp bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Wrong passwords by account, network, both, and device. The buckets are keyed hashes: no address and no name in clear.
CREATE TABLE gateway.login_throttle (
    bucket bytea PRIMARY KEY,
    -- In a row, of one who has to wait longer after each.
    fails int NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL,
    -- Of an account: until when nobody needs to be told again that it has reached its limit.
    blocked_until timestamptz,
    -- The account has been logged in to from this network, and has nothing to do with what comes from others.
    known_until timestamptz,
    -- Of an account: when they came, the last hour's.
    recent timestamptz[],
    -- When the row says nothing any more. Of a network: when it has as much left as ever.
    forgotten_at timestamptz NOT NULL
);

CREATE INDEX login_throttle_forgotten ON gateway.login_throttle (forgotten_at);

-- Security events; only ever added to, which the trigger below sees to.
CREATE TABLE gateway.auth_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    user_key text,
    sid uuid,
    ip inet,
    user_agent text,
    detail jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX auth_audit_of_user ON gateway.auth_audit (user_key, at);

CREATE FUNCTION gateway.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% is only added to', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER auth_audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON gateway.auth_audit
    FOR EACH STATEMENT EXECUTE FUNCTION gateway.refuse_change();
