//! Names have forms as users have them, and keep them.

use proptest::prelude::*;

use super::*;

const SECRET: [u8; 32] = [7; 32];

fn stored(form: usize) -> StoredPassword {
    StoredPassword { hash: Some(format!("form {form}")), ..StoredPassword::default() }
}

fn mix(users: &[usize]) -> Mix {
    let stand_ins = users.iter().enumerate().flat_map(|(form, count)| vec![stored(form); *count]);
    Mix::of(stand_ins.collect::<Vec<_>>())
}

fn chosen(mix: &Mix, secret: &[u8; 32], name: &str) -> usize {
    let hash = mix.choose(secret, name).unwrap().hash.unwrap();
    hash.strip_prefix("form ").unwrap().parse().unwrap()
}

#[test]
fn each_form_is_chosen_as_often_as_users_have_it() {
    let (users, names) = ([620, 250, 100, 30], 20_000);
    let mix = mix(&users);
    let mut counts = [0_usize; 4];
    for name in 0..names {
        counts[chosen(&mix, &SECRET, &format!("user{name}@example.com"))] += 1;
    }
    for (users, count) in users.iter().zip(counts) {
        // Four times what chance makes of it.
        let (share, names) = (*users as f64 / 1000.0, f64::from(names));
        let tolerated = 4.0 * (names * share * (1.0 - share)).sqrt();
        assert!((count as f64 - names * share).abs() < tolerated, "{counts:?}");
    }
}

#[test]
fn there_is_nothing_to_choose_from_nothing_and_rare_forms_are_left_out() {
    assert!(Mix::of([StoredPassword::default()]).is_empty());
    assert!(!mix(&[1]).is_empty());
    assert!(Mix::default().choose(&SECRET, "ada").is_none());
    let mut users = vec![2; MOST];
    users.push(1);
    assert_eq!(mix(&users).shares.iter().map(|share| share.users).collect::<Vec<_>>(), vec![2; MOST]);
}

#[test]
fn a_column_beside_the_hash_makes_another_form() {
    let with = |companion: &str| StoredPassword { companion: Some(companion.to_owned()), ..stored(0) };
    let mix = Mix::of([with("x"), with("xx"), with("xx")]);
    assert_eq!(mix.shares.iter().map(|share| share.users).collect::<Vec<_>>(), [2, 1]);
    let chosen = mix.choose(&SECRET, "ada").unwrap();
    assert!(chosen == with("x") || chosen == with("xx"));
}

#[test]
fn without_the_secret_nobody_can_tell_which_form_a_name_has() {
    let mix = mix(&[1, 1]);
    let names: Vec<_> = (0..64).map(|number| format!("user{number}")).collect();
    let by = |secret| names.iter().map(|name| chosen(&mix, &secret, name)).collect::<Vec<_>>();
    assert_eq!(by(SECRET), by(SECRET));
    assert_ne!(by(SECRET), by([8; 32]));
}

proptest! {
    #[test]
    fn names_move_only_to_the_form_that_has_become_more(
        users in proptest::collection::vec(1_usize..40, 2..6),
        more in 0_usize..6,
        by in 1_usize..100,
        names in proptest::collection::vec("[a-z]{1,8}", 1..50),
    ) {
        let more = more % users.len();
        let mut later = users.clone();
        later[more] += by;
        let (before, after) = (mix(&users), mix(&later));
        for name in names {
            let (was, is) = (chosen(&before, &SECRET, &name), chosen(&after, &SECRET, &name));
            prop_assert!(is == was || is == more, "{was} {is}");
        }
    }
}
