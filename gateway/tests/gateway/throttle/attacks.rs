//! Passwords are guessed: one after the other, all at once, at one account and at a thousand, from one network and many.

use std::net::Ipv4Addr;

use super::siege::{AWAY, HOME, RIGHT, Siege, at_once, count, email, log_in, retry_after, status};
use crate::house::House;

#[tokio::test]
async fn a_hundred_passwords_at_one_account_wait_longer_each_time() {
    let siege = Siege::begin().await;
    let [one, other] = [siege.replica().await, siege.replica().await];
    let replicas = [one.gateway.public(), other.gateway.public()];
    for guess in 0..5 {
        assert_eq!(status(HOME, replicas[guess % 2], &email(101), &format!("guess {guess}")).await, 401);
    }
    siege.hold().await;
    for guess in 5..100 {
        let answer = log_in(HOME, replicas[guess % 2], &email(101), &format!("guess {guess}"), None).await;
        assert_eq!((answer.status, answer.text().as_str()), (429, r#"{"detail":"Too Many Requests"}"#));
        assert!((3500..=3601).contains(&retry_after(&answer)), "{answer:?}");
        let headers = answer.headers.without(&["date", "x-request-id", "retry-after", "vary"]);
        let expected = [("content-length", "30"), ("content-type", "application/json")];
        assert_eq!(headers.0, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    // The right password is not looked at either, and neither is it counted.
    assert_eq!(status(HOME, replicas[0], &email(101), RIGHT).await, 429);
    one.close();

    // A replica that begins anew knows what the others know.
    let again = siege.replica().await;
    let to = again.gateway.public();
    assert_eq!(status(HOME, to, &email(101), RIGHT).await, 429);
    let four = "UPDATE gateway.login_throttle SET fails = 4, blocked_until = now() WHERE fails > 0";
    siege.database.execute(four).await;
    for wait in ["1", "2", "4", "8", "16", "32", "60", "60"] {
        assert_eq!(status(HOME, to, &email(101), "wrong").await, 401);
        let waits = "SELECT extract(epoch FROM blocked_until - last_at)::int FROM gateway.login_throttle \
                     WHERE fails > 0";
        assert_eq!(siege.database.text(waits).await, wait);
        siege.hold().await;
        assert_eq!(status(HOME, to, &email(101), "wrong").await, 429);
        siege
            .database
            .execute("UPDATE gateway.login_throttle SET blocked_until = now() WHERE fails > 0")
            .await;
    }
    // Whoever knew it begins anew.
    assert_eq!(status(HOME, to, &email(101), RIGHT).await, 200);
    for _ in 0..5 {
        assert_eq!(status(HOME, to, &email(101), "wrong").await, 401);
    }
    siege.hold().await;
    assert_eq!(status(HOME, to, &email(101), "wrong").await, 429);
    // And everybody after an hour without any.
    siege.pass("2 hours 1 minute").await;
    for _ in 0..5 {
        assert_eq!(status(HOME, to, &email(101), "wrong").await, 401);
    }
    for house in [other, again] {
        house.close();
    }
}

/// On a machine that is slow enough some do not come to their turn within two seconds, which is counted against nobody.
fn refused(statuses: &[u16]) -> usize {
    [401, 429, 503].map(|status| count(statuses, status)).iter().sum()
}

#[tokio::test]
async fn fifty_at_once_are_as_many_as_fifty_in_a_row() {
    let siege = Siege::begin().await;
    let [one, other] = [siege.replica().await, siege.replica().await];
    let replicas = [one.gateway.public(), other.gateway.public()];
    let statuses = at_once(50, &replicas, &email(102), "wrong").await;
    // Seconds later another may come through, on a machine that is slow enough.
    assert!((5..=8).contains(&count(&statuses, 401)), "{statuses:?}");
    assert_eq!(refused(&statuses), 50, "{statuses:?}");
    // Nobody who is called that does not make a difference.
    let statuses = at_once(50, &replicas, "nobody@example.com", "wrong").await;
    assert!((5..=8).contains(&count(&statuses, 401)), "{statuses:?}");
    assert_eq!(refused(&statuses), 50, "{statuses:?}");
    // Right ones are not in each other's way.
    let statuses = at_once(50, &replicas[..1], &email(103), RIGHT).await;
    let let_in = count(&statuses, 200);
    assert!(let_in >= 5 && let_in + count(&statuses, 503) == 50, "{statuses:?}");
    for house in [one, other] {
        house.close();
    }
}

#[tokio::test]
async fn one_password_at_a_thousand_accounts_ends_with_the_network() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let (began, mut statuses) = (std::time::Instant::now(), Vec::new());
    for user in 0..1000 {
        let from = Ipv4Addr::new(127, 0, 1, 1 + u8::try_from(user % 250).unwrap());
        statuses.push(status(from, to, &format!("somebody{user}@example.com"), "Summer2026!").await);
    }
    // Three hundred, and what an hour's three hundred make of the time that this took.
    let most = 301 + usize::try_from(began.elapsed().as_secs() / 12).unwrap();
    let through = count(&statuses, 401);
    assert!((300..=most).contains(&through) && through + count(&statuses, 429) == 1000, "{through}");
    assert_eq!(statuses[..300], [401; 300]);
    let answer = log_in(HOME, to, &email(101), RIGHT, None).await;
    assert!(answer.status == 429 && (1..=12).contains(&retry_after(&answer)), "{answer:?}");
    // Elsewhere nobody notices.
    assert_eq!(status(AWAY, to, &email(101), RIGHT).await, 200);
    let rows = "SELECT count(*) FROM gateway.login_throttle WHERE encode(bucket, 'escape') LIKE '%somebody%'";
    assert_eq!(siege.database.text(rows).await, "0");
    house.close();
}

#[tokio::test]
async fn an_office_logs_in_in_the_morning() {
    let siege = Siege::begin().await;
    // Fewer wrong ones than people.
    let house = House::open(&siege.setting("networks = \"all\"\nnetwork = 12\noverall = 12")).await;
    let to = house.gateway.public();
    for user in 101..=120 {
        let mistyped = user % 2 == 0;
        if mistyped {
            assert_eq!(status(HOME, to, &email(user), "wrong").await, 401);
        }
        assert_eq!(status(HOME, to, &email(user), RIGHT).await, 200, "{user}");
    }
    // Twelve are all there are overall, and here. Whoever was here before is not asked how many others were wrong.
    for _ in 0..4 {
        status(HOME, to, "nobody@example.com", "wrong").await;
    }
    assert_eq!(status(HOME, to, "ada@example.com", "wrong").await, 429);
    assert_eq!(status(AWAY, to, "ada@example.com", "wrong").await, 401, "nobody was wrong there");
    assert_eq!(status(HOME, to, &email(101), RIGHT).await, 200);
    house.close_expecting(&["wrong passwords come from many networks"]);
}
