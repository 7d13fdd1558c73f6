-- gateway: transaction=off
DROP INDEX CONCURRENTLY gateway.auth_session_expires;
