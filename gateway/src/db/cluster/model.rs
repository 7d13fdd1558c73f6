//! The SQL that a cluster needs for itself.

use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use super::ClusterError;

const CREATED_WITHIN: Duration = Duration::from_secs(60);

/// On a thread of its own: a caller may itself be inside a runtime, where blocking on another one panics.
pub(super) fn create_database(url: &str, name: &str, template: Option<&str>) -> Result<(), ClusterError> {
    let statement = match template {
        Some(template) => format!("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(template)),
        None => format!("CREATE DATABASE {}", quoted(name)),
    };
    thread::scope(|scope| {
        let execute = || {
            let runtime = Builder::new_current_thread().enable_all().build();
            let runtime =
                runtime.map_err(|source| ClusterError::Runtime { name: name.to_owned(), source })?;
            match runtime.block_on(async { timeout(CREATED_WITHIN, execute(url, &statement)).await }) {
                Ok(done) => {
                    done.map_err(|source| ClusterError::CreateDatabase { name: name.to_owned(), source })
                }
                Err(_) => Err(ClusterError::CreateDatabaseLate {
                    name: name.to_owned(),
                    seconds: CREATED_WITHIN.as_secs(),
                }),
            }
        };
        scope.spawn(execute).join().expect("the thread has no way to panic")
    })
}

async fn execute(url: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let work = async move { client.batch_execute(statement).await };
    let (done, closed) = tokio::join!(work, connection);
    done.and(closed)
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
