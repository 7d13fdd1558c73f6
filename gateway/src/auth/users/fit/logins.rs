//! Whether a login names one user at most, under the rule for its case.

use tokio::time::Instant;

use super::{Misfit, shared};
use crate::{
    auth::users::{
        Inner,
        learned::{Column, Found},
        source::table,
    },
    contract::profile::users::LoginCase,
    db::{DatabaseFailure, Statements},
};

pub(super) async fn judge(
    inner: &Inner,
    found: &Found,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    let mut misfits = Vec::new();
    for name in &inner.profile.login {
        let Some(column) = found.columns.iter().find(|column| column.name == *name) else { continue };
        if let Some(misfit) = of_type(inner.profile.login_case, column) {
            misfits.push(misfit);
            continue;
        }
        if !is_unique(inner.profile.login_case, column, &found.unique) {
            let rule = rule(inner.profile.login_case, column);
            let shared = shared((&inner.profile.table, column, &rule), statements, until).await?;
            misfits.push(ambiguous(inner, column, shared));
        }
    }
    Ok(misfits)
}

fn of_type(case: LoginCase, column: &Column) -> Option<Misfit> {
    let name = &column.name;
    let is_citext = column.base == "citext";
    match case {
        _ if !column.is_text() => Some(Misfit::new(
            format!("the login `{name}` is of type `{}`", column.kind),
            "name a column of texts in `login` of [legacy.users]",
        )),
        LoginCase::Citext if !is_citext => Some(Misfit::new(
            format!("the login `{name}` is of type `{}`, and the mapping says `citext`", column.kind),
            "write `login_case = \"exact\"` or `\"lower\"`, as the legacy compares them",
        )),
        LoginCase::Exact if is_citext => Some(Misfit::new(
            format!("the login `{name}` is of type `citext`, which is never compared exactly"),
            "write `login_case = \"citext\"`",
        )),
        LoginCase::Exact | LoginCase::Lower | LoginCase::Citext => None,
    }
}

fn is_unique(case: LoginCase, column: &Column, unique: &[Vec<String>]) -> bool {
    let names = [column.name.clone(), column.quoted()];
    let is_right = |expression: &String| match case {
        LoginCase::Exact | LoginCase::Citext => column.is_called(expression),
        LoginCase::Lower => {
            names
                .iter()
                .any(|name| [format!("lower({name})"), format!("lower({name}::text)")].contains(expression))
                || column.base == "citext" && column.is_called(expression)
        }
    };
    unique.iter().any(|expressions| matches!(expressions.as_slice(), [one] if is_right(one)))
}

fn rule(case: LoginCase, column: &Column) -> String {
    let name = column.quoted();
    match case {
        LoginCase::Exact | LoginCase::Citext => name,
        LoginCase::Lower => format!("lower({name})"),
    }
}

/// `shared` logins are those of several users.
fn ambiguous(inner: &Inner, column: &Column, shared: i64) -> Misfit {
    let (name, table) = (&column.name, table(&inner.profile.table));
    let rule = rule(inner.profile.login_case, column);
    let index = format!("`CREATE UNIQUE INDEX CONCURRENTLY ON {table} ({rule})`");
    if shared == 0 {
        let what = format!("no unique index holds the login `{name}` to one user under `{rule}`");
        return Misfit::new(what, format!("make one: {index}"));
    }
    let (values, belong) = if shared == 1 { ("value", "belongs") } else { ("values", "belong") };
    Misfit::new(
        format!("{shared} {values} of the login `{name}` {belong} to several users under `{rule}`"),
        format!(
            "find them with `SELECT {rule} FROM {table} GROUP BY 1 HAVING count(*) > 1`, settle whose each is, \
             then {index}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, base: &str) -> Column {
        Column {
            name: name.to_owned(),
            kind: base.to_owned(),
            base: base.to_owned(),
            longest: None,
            nullable: false,
            has_default: false,
        }
    }

    #[test]
    fn only_an_index_of_the_column_alone_under_the_same_rule_makes_a_login_unique() {
        let index = |expressions: &[&str]| vec![expressions.iter().map(|text| (*text).to_owned()).collect()];
        let email = column("email", "varchar");
        for (case, expressions, expected) in [
            (LoginCase::Exact, &["email"][..], true),
            (LoginCase::Exact, &["lower(email::text)"], false),
            (LoginCase::Exact, &["tenant", "email"], false),
            (LoginCase::Lower, &["email"], false),
            (LoginCase::Lower, &["lower(email::text)"], true),
            (LoginCase::Lower, &["lower(email)"], true),
        ] {
            assert_eq!(is_unique(case, &email, &index(expressions)), expected, "{case} {expressions:?}");
        }
        assert!(is_unique(LoginCase::Citext, &column("email", "citext"), &index(&["email"])));
        assert!(is_unique(LoginCase::Lower, &column("email", "citext"), &index(&["email"])));
        assert!(is_unique(LoginCase::Exact, &column("E-Mail", "text"), &index(&["\"E-Mail\""])));
    }
}
