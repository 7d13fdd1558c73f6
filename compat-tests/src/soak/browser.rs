//! What a client does with its tokens, and how it judges each answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::asking::{Ask, Asking, Settled};
use super::held::{Held, User};
use super::scene::Scene;
use super::tally::Kind;

/// One tab of it.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) user: User,
    pub(super) scene: Arc<Scene>,
    asking: Asking,
}

pub(super) enum Refreshed {
    Given(Held),
    LoggedOut,
    /// It is asked for again later.
    Missed,
}

pub(super) const PASSWORD: &str = "correct horse battery staple";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Proxied, so that none but the gateway can refuse it; and two that are native.
const PROXIED: &str = "/api/tasks/1";
const ME: &str = "/users/me";
const SESSIONS: &str = "/auth/sessions";

/// Within this a replica has heard of a logout at the other, also where the notification is lost.
const HEARD: Duration = Duration::from_millis(3200);

impl Browser {
    pub(super) fn new(user: User, scene: Arc<Scene>) -> Self {
        Self { user, asking: Asking::new(Arc::clone(&scene)), scene }
    }

    pub(super) async fn log_in(&mut self) -> Option<Held> {
        self.scene.pacer.turn().await;
        let credentials = [("username", self.user.login.as_str()), ("password", PASSWORD)];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(credentials).finish();
        let ask = Ask { body: Some((FORM, &body)), ..post(Kind::Login, "/auth/login", None) };
        let settled = self.settled(&ask).await?;
        let held = Some(&settled.answer).filter(|answer| answer.status == 200);
        let held = held.and_then(|answer| Held::of(answer, &self.user));
        match &held {
            Some(held) => self.gave(Kind::Login, &settled, held),
            None => self.missed(Kind::Login, &settled),
        }
        held
    }

    /// One request of many; the token must be let in, and be that of this user.
    pub(super) async fn validate(&mut self, held: &Held) {
        let target = *fastrand::choice(&[PROXIED, PROXIED, PROXIED, ME, SESSIONS]).unwrap_or(&PROXIED);
        let authorization = held.authorization();
        let ask = get(Kind::Validation, target, &authorization);
        let Some(settled) = self.settled(&ask).await else { return };
        if settled.answer.status != 200 {
            return self.missed(Kind::Validation, &settled);
        }
        if !self.is_ours(target, &settled, held) {
            self.scene.tally.wrong(&format!("GET {target}: {}", settled.answer.text()));
        }
        self.served(Kind::Validation, &settled);
    }

    fn is_ours(&self, target: &str, settled: &Settled, held: &Held) -> bool {
        let Ok(body) = serde_json::from_slice::<Value>(&settled.answer.body) else { return false };
        if target != SESSIONS {
            return body["id"] == self.user.id;
        }
        let sessions = body.as_array().map(Vec::as_slice).unwrap_or_default();
        let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
        matches!(current[..], [session] if session["id"] == held.session.as_str())
    }

    pub(super) async fn refresh(&mut self, held: &Held) -> Refreshed {
        let body = json!({ "refresh_token": held.refresh }).to_string();
        let Some(settled) = self.settled(&refresh(&body)).await else { return Refreshed::Missed };
        match settled.answer.status {
            200 => {
                match Held::of(&settled.answer, &self.user).filter(|given| given.session == held.session) {
                    Some(given) => {
                        self.gave(Kind::Refresh, &settled, &given);
                        return Refreshed::Given(given);
                    }
                    None => self.scene.tally.wrong("a refresh gave tokens of another user or session"),
                }
            }
            status => self.scene.tally.logged_out(&format!(
                "refresh {status} at {:.1?}: {}",
                self.scene.began.elapsed(),
                settled.answer.text()
            )),
        }
        self.missed(Kind::Refresh, &settled);
        Refreshed::LoggedOut
    }

    /// Sends its refresh token and never hears what became of it.
    pub(super) async fn lose_a_refresh(&self, held: &Held) {
        let body = json!({ "refresh_token": held.refresh }).to_string();
        // Nobody is connected to: then nothing was lost either.
        drop(self.asking.lose(&refresh(&body)).await);
    }

    /// Whether the session has ended; from then on its tokens must be refused, first where it was asked for.
    pub(super) async fn log_out(&mut self, held: &Held, target: &str) -> bool {
        let authorization = held.authorization();
        let Some(settled) = self.settled(&post(Kind::Logout, target, Some(&authorization))).await else {
            return false;
        };
        let is_done = settled.answer.status == 204;
        // Asked for twice: the first answer was a 503 that meant it was not known, and it may have been done.
        let was_done = settled.answer.status == 401 && settled.retries > 0;
        if !(is_done || was_done) {
            self.missed(Kind::Logout, &settled);
            return false;
        }
        self.served(Kind::Logout, &settled);
        if is_done {
            self.refused_at(settled.replica, held, "where it was logged out").await;
        }
        true
    }

    /// What was logged out is refused by every gateway, in whichever way it is shown.
    pub(super) async fn refused_everywhere(&mut self, held: &Held) {
        if !self.heard_everywhere().await {
            return;
        }
        for replica in 0..2 {
            self.refused_at(replica, held, "after a while").await;
        }
        let body = json!({ "refresh_token": held.refresh }).to_string();
        let ask = Ask { kind: Kind::Refusal, ..refresh(&body) };
        if let Ok(settled) = self.asking.ask(&ask).await {
            self.must_be_refused(&settled, "its refresh token");
        }
    }

    /// While the database is away nobody can hear of anything. Nothing is judged after the end.
    async fn heard_everywhere(&self) -> bool {
        while self.scene.is_on() {
            let from = Instant::now();
            sleep(HEARD).await;
            if self.scene.calendar.was_calm(from, Instant::now()) {
                return true;
            }
        }
        false
    }

    async fn refused_at(&mut self, replica: usize, held: &Held, when: &str) {
        let authorization = held.authorization();
        let ask = get(Kind::Refusal, PROXIED, &authorization);
        if let Ok(settled) = self.asking.ask_at(Some(replica), &ask).await {
            self.must_be_refused(&settled, when);
        }
    }

    fn must_be_refused(&self, settled: &Settled, when: &str) {
        if settled.answer.status == 401 {
            self.served(Kind::Refusal, settled);
        } else {
            let at = self.scene.began.elapsed();
            self.missed(Kind::Refusal, settled);
            self.scene
                .tally
                .wrong(&format!("{} to who has logged out, {when}, at {at:.1?}", settled.answer.status));
        }
    }

    /// A guess at the password, which must be told what it is.
    pub(super) async fn guess_wrong(&mut self) {
        let body = json!({ "email": self.user.login, "password": "not this one" }).to_string();
        let ask = Ask { body: Some((JSON, &body)), ..post(Kind::Refusal, "/auth/login/json", None) };
        if let Ok(settled) = self.asking.ask(&ask).await {
            match settled.answer.status {
                // To be slowed down is right as well.
                401 | 429 => self.served(Kind::Refusal, &settled),
                _ => self.must_be_refused(&settled, "with a wrong password"),
            }
        }
    }

    /// Says so where it got no answer.
    async fn settled(&mut self, ask: &Ask<'_>) -> Option<Settled> {
        self.asking.ask(ask).await.inspect_err(|why| self.scene.tally.missed(ask.kind, why)).ok()
    }

    fn gave(&self, kind: Kind, settled: &Settled, held: &Held) {
        self.served(kind, settled);
        self.scene.tally.change(|figures| figures.keys.extend([held.key.clone()]));
    }

    fn served(&self, kind: Kind, settled: &Settled) {
        self.scene.tally.served(kind, settled);
    }

    fn missed(&self, kind: Kind, settled: &Settled) {
        let (status, at) = (settled.answer.status, self.scene.began.elapsed());
        self.scene.tally.missed(kind, &format!("{status} at {at:.1?}: {}", settled.answer.text()));
    }
}

fn get<'a>(kind: Kind, target: &'a str, authorization: &'a str) -> Ask<'a> {
    Ask { kind, method: "GET", target, authorization: Some(authorization), body: None }
}

fn post<'a>(kind: Kind, target: &'a str, authorization: Option<&'a str>) -> Ask<'a> {
    Ask { kind, method: "POST", target, authorization, body: None }
}

fn refresh(body: &str) -> Ask<'_> {
    Ask { body: Some((JSON, body)), ..post(Kind::Refresh, "/auth/refresh", None) }
}
