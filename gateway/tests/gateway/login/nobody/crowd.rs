//! A users table in which hashes of several forms stand side by side.

use gateway::{
    auth::password::{PasswordRules, Passwords, Salt},
    telemetry::metrics::PasswordMetrics,
};

/// Of every user that has one.
pub(super) const PASSWORD: &str = "right";

/// Who is put into the table, in this order.
#[derive(Default)]
pub(super) struct Crowd {
    users: Vec<User>,
}

struct User {
    kind: String,
    name: String,
    hash: String,
    is_active: bool,
}

/// The profile with a form that does not say how it was made.
pub(super) fn with_template(profile: &str) -> String {
    let with = "new = \"bcrypt:4\", template = \"sha256(salt+password)\", salt = \"before::\"";
    profile.replace("new = \"bcrypt:4\"", with)
}

pub(super) async fn hash(new: &str) -> String {
    let rules = PasswordRules {
        template: Some("sha256(salt+password)".parse().unwrap()),
        salt: Some(Salt::Before(':')),
        new: new.parse().unwrap(),
        ..PasswordRules::default()
    };
    let passwords = Passwords::start(rules, None, PasswordMetrics::unobserved().unwrap()).unwrap();
    passwords.hash(PASSWORD, None).await.unwrap().hash
}

impl Crowd {
    /// That many users of one hash.
    pub(super) async fn add(&mut self, new: &str, count: usize) {
        let hash = hash(new).await;
        for _ in 0..count {
            self.push("u", &hash);
        }
    }

    pub(super) fn push(&mut self, kind: &str, hash: &str) {
        let name = format!("{kind}{:03}", self.users.len());
        self.users.push(User { kind: kind.to_owned(), name, hash: hash.to_owned(), is_active: true });
    }

    /// The statement that puts them into the table, each `nth` of those who have a password inactive.
    pub(super) fn rows(&mut self, nth: usize) -> String {
        for user in self.users.iter_mut().step_by(nth) {
            user.is_active = user.kind != "u";
        }
        let row = |User { name, hash, is_active, .. }: &User| {
            format!("('{name}@example.com', '{hash}', {is_active}, now())")
        };
        let rows: Vec<_> = self.users.iter().map(row).collect();
        format!(
            "INSERT INTO users (email, hashed_password, is_active, created_at) VALUES {}",
            rows.join(", ")
        )
    }

    /// The statement that gives the first of them a better hash beside the table.
    pub(super) fn better(&self, count: usize, hash: &str) -> String {
        let names: Vec<_> =
            self.users[..count].iter().map(|user| format!("'{}@example.com'", user.name)).collect();
        format!(
            "INSERT INTO gateway.user_password (user_key, phc, legacy_fp) \
             SELECT id::text, '{hash}', sha256(convert_to(hashed_password, 'UTF8')) FROM users \
             WHERE email IN ({})",
            names.join(", ")
        )
    }

    pub(super) fn name(&self, at: usize) -> &str {
        &self.users[at].name
    }

    /// Of those who were pushed as this kind.
    pub(super) fn names(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.users.iter().filter(move |user| user.kind == kind).map(|user| user.name.as_str())
    }

    pub(super) fn inactive(&self) -> impl Iterator<Item = &str> {
        self.users.iter().filter(|user| !user.is_active).map(|user| user.name.as_str())
    }
}
