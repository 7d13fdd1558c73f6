//! A role that is called as our schema is: what it names without a schema would be found there, and made there.

use tokio_postgres::{Client, Error};

use crate::config::mistakes::Mistake;

/// `"$user"` stands first in the `search_path` that PostgreSQL comes with. Alembic then takes our schema for its own.
pub(super) async fn find(client: &Client) -> Result<Option<Mistake>, Error> {
    let query = "SELECT current_user = 'gateway' AND current_setting('search_path') LIKE '%$user%'";
    let is_namesake: bool = client.query_one(query, &[]).await?.try_get(0)?;
    Ok(is_namesake.then(|| {
        let what = "leads the role `gateway` to the schema `gateway`, where nothing of the legacy's is";
        let remedy = "run `ALTER ROLE gateway SET search_path = public`, or give the role another name";
        Mistake::in_variable("search_path", what, remedy)
    }))
}
