-- gateway: transaction=on
DROP TABLE gateway.auth_session;
