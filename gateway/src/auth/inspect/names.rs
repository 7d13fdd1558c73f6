//! What a name says about a table or a column, by the words that FastAPI projects use.

/// Letters and digits alone, in lower case.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What people type to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Login {
    Email,
    Other,
}

pub(super) fn login(name: &str) -> Option<Login> {
    match bare(name).as_str() {
        "email" | "emailaddress" | "mail" | "useremail" | "emailaddr" => Some(Login::Email),
        "username" | "login" | "loginname" | "userlogin" | "handle" | "nickname" | "phone"
        | "phonenumber" | "mobile" => Some(Login::Other),
        _ => None,
    }
}

/// Something beside the password, even where it looks like its hash.
pub(super) fn is_about_a_password(name: &str) -> bool {
    let name = bare(name);
    let words = ["reset", "token", "salt", "expire", "changed", "updated", "hint", "old", "previous"];
    words.iter().any(|word| name.contains(word))
}

/// How much it sounds like the hash of a password: not at all is 0.
pub(super) fn password(name: &str) -> u32 {
    if is_about_a_password(name) {
        return 0;
    }
    let name = bare(name);
    match name.as_str() {
        "pw" | "pass" => 2,
        "hashedpassword" | "passwordhash" | "passwordhashed" | "hashpassword" | "password" | "passwd"
        | "pwdhash" | "pwhash" | "encryptedpassword" | "passworddigest" | "passhash" | "userpassword" => 3,
        _ if name.contains("passw") || name.contains("pwd") => 2,
        _ if ["hash", "digest", "secret", "credential"].iter().any(|word| name.contains(word)) => 1,
        _ => 0,
    }
}

pub(super) fn is_salt(name: &str) -> bool {
    matches!(bare(name).as_str(), "salt" | "passwordsalt" | "pwsalt" | "saltvalue" | "hashsalt" | "pwdsalt")
}

pub(super) fn is_of_users(table: &str) -> bool {
    matches!(
        bare(table).as_str(),
        "user"
            | "users"
            | "account"
            | "accounts"
            | "appuser"
            | "appusers"
            | "authuser"
            | "authusers"
            | "member"
            | "members"
            | "customer"
            | "customers"
            | "useraccount"
            | "useraccounts"
    )
}

/// A column of another table that may hold a user's id, where no foreign key says so.
pub(super) fn is_key_of_user(name: &str) -> bool {
    matches!(bare(name).as_str(), "userid" | "accountid" | "memberid" | "customerid" | "user" | "account")
}

/// Whether its `true` means that the user may come in, or that they may not.
pub(super) fn activity(name: &str) -> Option<bool> {
    match bare(name).as_str() {
        "isactive" | "active" | "enabled" | "isenabled" => Some(true),
        "disabled" | "isdisabled" | "banned" | "isbanned" | "blocked" | "isblocked" | "suspended"
        | "issuspended" | "isinactive" | "deactivated" | "isdeactivated" => Some(false),
        _ => None,
    }
}

pub(super) fn is_status(name: &str) -> bool {
    matches!(bare(name).as_str(), "status" | "state" | "userstatus" | "accountstatus")
}

/// The words for somebody who may come in; what stands in rows is compared with these and never told.
pub(super) const ACTIVE: [&str; 5] = ["active", "ACTIVE", "Active", "enabled", "ENABLED"];

pub(super) fn is_deleted_at(name: &str) -> bool {
    matches!(bare(name).as_str(), "deletedat" | "deletedon" | "deleted" | "removedat" | "datedeleted")
}

pub(super) fn is_deleted_flag(name: &str) -> bool {
    matches!(bare(name).as_str(), "isdeleted" | "deleted" | "isremoved")
}

/// The role that a boolean column gives.
pub(super) fn is_privilege(name: &str) -> bool {
    matches!(bare(name).as_str(), "issuperuser" | "isadmin" | "superuser" | "admin")
}

pub(super) fn is_role(name: &str) -> bool {
    matches!(bare(name).as_str(), "role" | "roles" | "userrole" | "userroles")
}

/// How well a claim's name says that it names the user: 0 is best.
pub(super) fn subject(claim: &str) -> Option<usize> {
    const KNOWN: [&str; 10] =
        ["sub", "userid", "uid", "id", "user", "accountid", "username", "email", "login", "nameid"];
    let name = bare(claim);
    KNOWN.iter().position(|known| *known == name)
}

/// A claim that says what kind of token it is.
pub(super) fn is_kind_of_token(claim: &str) -> bool {
    matches!(
        bare(claim).as_str(),
        "type" | "tokentype" | "typ" | "use" | "tokenuse" | "kind" | "purpose" | "sub"
    )
}

/// The words for a token that opens routes; what else a claim says is not told.
pub(super) const ACCESS: [&str; 6] =
    ["access", "access_token", "accessToken", "auth", "authentication", "bearer"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_every_spelling() {
        for name in ["email", "Email", "e_mail", "EMAIL_ADDRESS", "emailAddress"] {
            assert_eq!(login(name), Some(Login::Email), "{name}");
        }
        assert_eq!(login("user_name"), Some(Login::Other));
        assert_eq!(login("email_verified"), None);
        for (name, expected) in [
            ("hashed_password", 3),
            ("passwordHash", 3),
            ("password", 3),
            ("new_passwd2", 2),
            ("key_hash", 1),
            ("pw", 2),
            ("passport", 0),
            ("reset_password_token", 0),
            ("password_salt", 0),
            ("password_changed_at", 0),
            ("full_name", 0),
        ] {
            assert_eq!(password(name), expected, "{name}");
        }
        assert_eq!(activity("is_active"), Some(true));
        assert_eq!(activity("IsBanned"), Some(false));
        assert!(is_of_users("User") && is_of_users("app_users") && !is_of_users("user_roles"));
    }
}
