//! One connection that does nothing but hear what is notified on a channel: no pooler can carry it.

use std::future::poll_fn;

use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinSet,
    time::timeout,
};
use tokio_postgres::{AsyncMessage, Client, Connection, Socket, tls::TlsStream};

use super::{
    DatabaseProblem,
    direct::{DirectError, PATIENCE, of},
    tls,
    url::DatabaseUrl,
};

/// Dropped, it closes the connection.
pub struct Listening {
    heard: Receiver<()>,
    /// Without it the connection would end.
    _client: Client,
    _driver: JoinSet<()>,
}

impl Listening {
    /// Nothing that is notified after this returns is missed. `channel` is a name that needs no quotes.
    pub async fn open(url: &DatabaseUrl, name: &str, channel: &'static str) -> Result<Self, DirectError> {
        if url.is_pooled() {
            return Err(DirectError::Pooler);
        }
        let mut config = url.config().clone();
        config.application_name(name).connect_timeout(PATIENCE);
        let connecting = timeout(PATIENCE, config.connect(tls::connector(url)?)).await;
        let away = |_| DirectError::Away(DatabaseProblem::TimedOut);
        let (client, connection) = connecting.map_err(away)?.map_err(|error| of(&error))?;
        // That something was heard is all that is told: one message says as much as many.
        let (tell, heard) = mpsc::channel(1);
        let mut driver = JoinSet::new();
        driver.spawn(drive(connection, tell));
        timeout(PATIENCE, client.batch_execute(&format!("LISTEN {channel}"))).await.map_err(away)??;
        Ok(Self { heard, _client: client, _driver: driver })
    }

    /// Returns when something was notified; nothing once the connection is lost.
    pub async fn heard(&mut self) -> Option<()> {
        self.heard.recv().await
    }
}

async fn drive<S: TlsStream + Unpin>(mut connection: Connection<Socket, S>, tell: Sender<()>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(_) = message {
            // Full means that nobody has looked since the last one.
            let _ = tell.try_send(());
        }
    }
}
