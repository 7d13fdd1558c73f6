//! Which copies a way up would leave behind, because it is not the migration that made them.

use tokio_postgres::Client;

use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{failure::MigrateError, file::Migration, header::Reversible},
};

pub(in crate::migrate) async fn strangers(
    client: &Client,
    due: &[&Migration],
) -> Result<Mistakes, MigrateError> {
    let mut mistakes = Mistakes::default();
    let query = "SELECT to_regclass('gateway_archive.content') IS NOT NULL";
    if !client.query_one(query, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(mistakes);
    }
    let query = "SELECT DISTINCT version, stem FROM gateway_archive.content WHERE dropped_by = 'down'
        ORDER BY version, stem";
    for row in client.query(query, &[]).await? {
        let (version, stem): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(migration) = due.iter().find(|migration| migration.version == version) else { continue };
        let restores = migration.header.reversible == Reversible::Archive && migration.up.is_transactional;
        let why = match (stem == migration.stem(), restores) {
            (true, true) => continue,
            (true, false) => "without `reversible=archive`",
            (false, _) => "of another name",
        };
        let what = format!(
            "gateway_archive keeps what {stem} dropped when it was taken back, and this file, {why}, would not bring \
             it back"
        );
        let remedy = "give it another number, or the file back that made them; or take the copies over by hand and \
                      delete their rows from gateway_archive.content";
        mistakes.push(Mistake::in_file(&migration.up.path, what, remedy));
    }
    Ok(mistakes)
}
