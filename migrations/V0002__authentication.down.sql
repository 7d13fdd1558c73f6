-- gateway: transaction=on
DROP TABLE gateway.auth_audit;

DROP FUNCTION gateway.refuse_change();

DROP TABLE gateway.login_throttle;

DROP TABLE gateway.user_password;

DROP TABLE gateway.revoked_token;

DROP TABLE gateway.user_epoch;

ALTER TABLE gateway.auth_session DROP COLUMN password_fp;
