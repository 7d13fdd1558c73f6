//! The script: what clients of the sample legacy do, chapter by chapter, each kind of request at least once.

mod attachments;
mod auth;
mod bodies;
mod browser;
mod comments;
mod compression;
mod documents;
mod exports;
mod headers;
mod invoices;
mod machines;
mod methods;
mod paths;
mod projects;
mod protection;
mod reports;
mod static_files;
mod streams;
mod sub_application;
mod tags;
mod tasks;
mod validation;
mod websockets;

use super::step::Step;

/// Log-in comes first, because the others need its tokens. Exports and compressed answers come before anything is
/// changed: what the clock has made could not be found in them. Deactivating a user comes last.
pub fn script() -> Vec<Step> {
    [
        auth::steps(),
        exports::steps(),
        compression::steps(),
        tasks::steps(),
        projects::steps(),
        tags::steps(),
        comments::steps(),
        attachments::steps(),
        invoices::steps(),
        reports::steps(),
        machines::steps(),
        browser::steps(),
        static_files::steps(),
        protection::steps(),
        validation::steps(),
        paths::steps(),
        methods::steps(),
        headers::steps(),
        bodies::steps(),
        streams::steps(),
        websockets::steps(),
        documents::steps(),
        sub_application::steps(),
    ]
    .concat()
}
