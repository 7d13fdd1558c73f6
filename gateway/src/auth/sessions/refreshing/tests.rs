//! What the statement asks depends on what the mapping names.

use super::*;

fn users(password: Option<&str>) -> UsersSource {
    UsersSource {
        join: r#"LEFT JOIN "public"."users" u ON u."id" = s.user_key::int"#.to_owned(),
        id: r#"u."id""#.to_owned(),
        active: r#"u."is_active" = true"#.to_owned(),
        password: password.map(str::to_owned),
        taken: None,
    }
}

#[test]
fn the_legacys_user_is_found_by_its_own_key_and_never_by_a_cast_of_it() {
    let sql = statement(Some(&users(None)));
    assert!(sql.contains(r#"LEFT JOIN "public"."users" u ON u."id" = s.user_key::int"#), "{sql}");
    assert!(!sql.contains("::text = s.user_key"), "{sql}");
}

#[test]
fn only_a_mapping_with_a_password_is_held_to_it() {
    let changed = |users: Option<&UsersSource>| statement(users).contains("sha256");
    assert!(!changed(None));
    assert!(!changed(Some(&users(None))));
    assert!(changed(Some(&users(Some(r#"u."hashed_password""#)))));
}

#[test]
fn every_refusal_has_a_name_of_its_own() {
    let mut names: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.name()).collect();
    names.dedup();
    assert_eq!(names.len(), Refusal::ALL.len());
    for (reason, refusal, kind) in [
        ("refresh_reuse", Refusal::Reused, "refresh_reuse"),
        ("user_disabled", Refusal::UserDisabled, "user_disabled"),
        ("password_change", Refusal::PasswordChanged, "session_revoked"),
    ] {
        let (found, ended, audited) = Refusal::of(reason);
        assert_eq!((found, ended, audited.name()), (refusal, reason, kind));
    }
}

#[test]
fn a_session_ends_only_for_what_its_user_or_their_password_has_become() {
    let trouble = users(Some(r#"u."hashed_password""#)).trouble();
    let gone = r#"WHEN u."id" IS NULL OR (u."is_active" = true) IS NOT TRUE THEN 'user_disabled'"#;
    let hash = r#"sha256(convert_to(coalesce(u."hashed_password", ''), 'UTF8'))"#;
    assert_eq!(trouble, format!("CASE {gone} WHEN s.password_fp <> {hash} THEN 'password_change' END"));
    assert_eq!(users(None).trouble(), format!("CASE {gone}  END"));
    let sql = statement(Some(&users(None)));
    assert!(sql.contains(&format!("CASE {gone}  END AS trouble")), "{sql}");
}

#[test]
fn the_last_generations_are_not_turned() {
    assert!(has_successor(0) && has_successor(i32::MAX - AHEAD - 1));
    assert!(!has_successor(i32::MAX - AHEAD) && !has_successor(i32::MAX));
}
