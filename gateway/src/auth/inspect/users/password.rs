//! `password`: where the hashes are, how they were made, and how new ones are to be.

use toml_edit::InlineTable;

use crate::auth::{
    inspect::{
        catalog::{Column, Table},
        explorer::{Explorer, InspectError},
        forms::Forms,
        names,
        proposal::Proposal,
        sample,
    },
    password::SaltBeside,
};

/// Where the hash of a user's password is.
pub(super) struct Place<'c> {
    pub(super) users: &'c Table,
    pub(super) table: &'c Table,
    pub(super) hash: &'c Column,
    pub(super) key: Option<&'c str>,
}

/// What a new hash of the best form takes: argon2id as `gateway auth finalize` writes it.
const LONGEST_NEW: i32 = 97;

/// The column of the users table that a new password fills beside the hash.
pub(super) async fn map<'c>(
    explorer: &Explorer<'_>,
    place: &Place<'c>,
    proposal: &mut Proposal,
) -> Result<Option<&'c str>, InspectError> {
    let Place { users, table, hash, key } = place;
    let salt = table.columns.iter().find(|column| column.is_text() && names::is_salt(&column.name));
    let (forms, salts) = sample::passwords(explorer, table, hash, salt).await?;
    let mut value = InlineTable::new();
    value.insert("column", hash.name.as_str().into());
    if let Some(key) = key {
        value.insert("table", table.name.to_string().into());
        value.insert("key", (*key).into());
    }
    let companion = made(&mut value, &forms, salt.map(|salt| (salt, salts)), hash, proposal);
    let rows = format!("`{}`: {forms}", hash.shown);
    let rows = if forms.filled() == 0 { format!("`{}`, without any hash yet", hash.shown) } else { rows };
    proposal.user("password", value, rows);
    warn(hash, &forms, proposal);
    proposal.hashes = forms.counted();
    Ok(companion.filter(|_| users.oid == table.oid))
}

/// How hashes are made, as far as they tell.
fn made<'c>(
    value: &mut InlineTable,
    forms: &Forms,
    salt: Option<(&'c Column, usize)>,
    hash: &Column,
    proposal: &mut Proposal,
) -> Option<&'c str> {
    if let Some((digest, beside)) = forms.template() {
        let (from, argument) = match (beside, salt) {
            (SaltBeside::Before(by), _) => (Some(format!("before:{by}")), "salt+password"),
            (SaltBeside::After(by), _) => (Some(format!("after:{by}")), "salt+password"),
            (SaltBeside::None, Some((salt, _))) => (Some(format!("column:{}", salt.name)), "salt+password"),
            (SaltBeside::None, None) => (None, "password"),
        };
        value.insert("template", format!("{digest}({argument})").into());
        if let Some(from) = from {
            value.insert("salt", from.into());
        }
        value.insert("new", "template".into());
        proposal.problems.push(format!(
            "the digests in `{}` do not say how they were made: correct `template` and `salt` by the legacy's source",
            hash.name
        ));
        return salt.map(|(salt, _)| salt.name.as_str()).filter(|_| beside == SaltBeside::None);
    }
    let mut companion = None;
    if let Some((salt, of_bcrypt)) = salt {
        value.insert("transform", format!("prefix:{}", salt.name).into());
        companion = Some(salt.name.as_str());
        if of_bcrypt > 0 && 10 * of_bcrypt >= 9 * forms.known() {
            proposal.notes.push(format!(
                "`{}` holds what bcrypt makes as a salt, beside hashes with salts of their own: such legacies hash it \
                 with the password. Whether before it (`prefix`) or after it (`suffix`) is in the legacy's source",
                salt.name
            ));
        } else {
            proposal.problems.push(format!(
                "hashes in `{}` have salts of their own, and what `{}` is for does not show: correct `transform` by \
                 the legacy's source, or remove it",
                hash.name, salt.name
            ));
        }
    }
    if let Some(new) = forms.for_new() {
        value.insert("new", new.to_string().into());
    }
    companion
}

fn warn(hash: &Column, forms: &Forms, proposal: &mut Proposal) {
    let name = &hash.name;
    if forms.filled() == 0 {
        proposal
            .notes
            .push(format!("nobody has a password in `{name}` yet: `new` is bcrypt:12 unless it is written"));
    } else if !forms.are_hashes() {
        proposal.problems.push(format!("most of what `{name}` holds is of no form of hash that is known"));
    } else if forms.foreign() > 0 {
        proposal.problems.push(format!(
            "{} of the {} hashes in `{name}` are Django's or Werkzeug's, which are not read: their users cannot log in",
            forms.foreign(),
            forms.filled()
        ));
    } else if forms.unreadable() > 0 {
        proposal.notes.push(format!(
            "{} of the {} hashes in `{name}` can be nobody's password",
            forms.unreadable(),
            forms.filled()
        ));
    }
    if forms.known() > 0 && forms.for_new().is_none() {
        proposal.problems.push(format!(
            "no form in `{name}` is one in which the gateway writes new hashes: set `new` to one that the legacy reads"
        ));
    }
    if let Some(longest) = hash.longest.filter(|longest| *longest < LONGEST_NEW) {
        proposal.notes.push(format!(
            "`{name}` has room for {longest} characters, and argon2id takes {LONGEST_NEW}: make it wider before \
             `gateway auth finalize`"
        ));
    }
}
