//! The routes that the profile writes: the handlers of `login`, at addresses that only the profile knows.

use std::sync::Arc;

use super::{Entry, login::router};
use crate::{
    auth::{Client, Issuer, Principal},
    contract::{
        login::{Login, Me, PasswordChange, Register},
        profile::{
            Profile,
            auth::{AuthProfile, BodyForm, LoginRoute, MeRoute, PasswordRoute, RegisterRoute},
        },
        request::{Header, SentForm, SentJson},
    },
};

/// No form and no object with a password in it is longer; one that is costs nothing but this look at it.
const LONGEST_BODY: usize = 64 * 1024;

/// Without users nobody can be let in: the routes then have no handler.
pub(super) fn entries(profile: &Profile) -> Vec<Entry> {
    let Some(users) = &profile.users else { return Vec::new() };
    let auth = &profile.auth;
    let login = users.login.first().map(String::as_str).unwrap_or_default();
    let mut entries: Vec<Entry> = auth.logins.iter().map(|route| log_in(route, profile.harden)).collect();
    entries.extend(auth.registers.iter().map(|route| register(route, login, auth)));
    entries.extend(auth.mes.iter().map(me));
    entries.extend(auth.password_changes.iter().map(|route| change_password(route, auth)));
    entries
}

fn is_form(form: BodyForm) -> bool {
    match form {
        BodyForm::OAuth2 | BodyForm::Form => true,
        BodyForm::Json | BodyForm::Embedded => false,
    }
}

fn log_in(route: &LoginRoute, harden: bool) -> Entry {
    let (login, is_form) = (Arc::new(Login::new(route, harden)), is_form(route.body.form));
    Entry::of(route.route.clone(), move |house| {
        let login = Arc::clone(&login);
        let handler = if is_form {
            house.handler(|issuer: Issuer, client: Client, SentForm(sent): SentForm| {
                router::log_in(login, issuer, client, sent)
            })
        } else {
            house.handler(|issuer: Issuer, client: Client, SentJson(sent): SentJson| {
                router::log_in(login, issuer, client, sent)
            })
        };
        handler.at_most(LONGEST_BODY)
    })
}

fn register(route: &RegisterRoute, login: &str, auth: &AuthProfile) -> Entry {
    let breached = auth.passwords.breached_answer.as_ref();
    let register = Arc::new(Register::new(route, login, breached));
    let is_form = is_form(route.body.form);
    Entry::of(route.route.clone(), move |house| {
        let register = Arc::clone(&register);
        let handler = if is_form {
            house.handler(|issuer: Issuer, client: Client, SentForm(sent): SentForm| {
                router::register(register, issuer, client, sent)
            })
        } else {
            house.handler(|issuer: Issuer, client: Client, SentJson(sent): SentJson| {
                router::register(register, issuer, client, sent)
            })
        };
        handler.at_most(LONGEST_BODY)
    })
}

fn me(route: &MeRoute) -> Entry {
    let me = Arc::new(Me::new(route));
    Entry::of(route.route.clone(), move |house| {
        let me = Arc::clone(&me);
        house.handler(|issuer: Issuer, principal: Principal, presented: Header<router::Presented>| {
            router::read_me(me, issuer, principal, presented)
        })
    })
}

fn change_password(route: &PasswordRoute, auth: &AuthProfile) -> Entry {
    let breached = auth.passwords.breached_answer.as_ref();
    let change = Arc::new(PasswordChange::new(route, breached));
    let is_form = is_form(route.body.form);
    Entry::of(route.route.clone(), move |house| {
        let change = Arc::clone(&change);
        let handler = if is_form {
            house.handler(|issuer: Issuer, client: Client, principal: Principal, SentForm(sent): SentForm| {
                router::change_password(change, issuer, client, principal, sent)
            })
        } else {
            house.handler(|issuer: Issuer, client: Client, principal: Principal, SentJson(sent): SentJson| {
                router::change_password(change, issuer, client, principal, sent)
            })
        };
        handler.at_most(LONGEST_BODY)
    })
}
