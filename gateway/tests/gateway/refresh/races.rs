//! Tabs, retries and replicas that refresh at once get one successor; a token that was copied ends its session.

use tokio::task::JoinSet;

use super::stand::{Given, Stand, assert_refused, refresh};
use crate::house::House;

const AT_ONCE: usize = 50;

#[tokio::test]
async fn fifty_at_once_at_two_gateways_get_the_same_successor() {
    let stand = Stand::new().await;
    let (one, other) = (House::open(&stand.setting()).await, House::open(&stand.setting()).await);
    let first = stand.open(1).await;
    let mut asked = JoinSet::new();
    for number in 0..AT_ONCE {
        let mut client = if number % 2 == 0 { one.client().await } else { other.client().await };
        let first = first.clone();
        asked.spawn(async move { Given::of(&refresh(&mut client, &first).await) });
    }
    let given = asked.join_all().await;
    assert_eq!(given.len(), AT_ONCE);
    for each in &given {
        assert_eq!((&each.refresh, each.generation), (&given[0].refresh, 1));
    }
    assert_eq!(stand.standing(1).await, "1|null");
    one.close();
    other.close();
}

#[tokio::test]
async fn the_token_before_the_last_is_forgiven_until_its_successor_was_seen() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let first = stand.open(1).await;
    let second = Given::of(&refresh(&mut client, &first).await);
    // Two tabs, or an answer that was lost: within the grace, and long after it.
    assert_eq!(Given::of(&refresh(&mut client, &first).await).refresh, second.refresh);
    stand.age(&second.session).await;
    assert_eq!(Given::of(&refresh(&mut client, &first).await).refresh, second.refresh);
    assert_eq!(stand.standing(1).await, "1|null");
    // Somebody has it: who comes with the first now has copied it.
    stand.confirm(&second.session).await;
    assert_refused(&refresh(&mut client, &first).await);
    assert_refused(&refresh(&mut client, &second.refresh).await);
    assert_eq!(stand.standing(1).await, "1|refresh_reuse");
    let audit = "SELECT kind, user_key, sid IS NOT NULL, ip, detail->>'presented', detail->>'generation' \
        FROM gateway.auth_audit";
    assert_eq!(stand.watcher.text(audit).await, "refresh_reuse|1|t|127.0.0.1|0|1");
    house.close();
}

#[tokio::test]
async fn two_generations_old_is_a_copy_even_within_the_grace() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    let first = stand.open(1).await;
    let second = Given::of(&refresh(&mut client, &first).await);
    let third = Given::of(&refresh(&mut client, &second.refresh).await);
    assert_eq!(third.generation, 2);
    assert_refused(&refresh(&mut client, &first).await);
    assert_refused(&refresh(&mut client, &third.refresh).await);
    assert_eq!(stand.standing(1).await, "2|refresh_reuse");
    house.close();
}

/// Whoever is first, both are out in the end: the one who is second shows that there are two.
#[tokio::test]
async fn a_thief_and_a_victim_cannot_both_go_on() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    for user in 1..=3 {
        let mut client = house.client().await;
        let stolen = Given::of(&refresh(&mut client, &stand.open(user).await).await);
        let victim = Given::of(&refresh(&mut client, &stolen.refresh).await);
        let victim = Given::of(&refresh(&mut client, &victim.refresh).await);
        assert_refused(&refresh(&mut client, &stolen.refresh).await);
        assert_refused(&refresh(&mut client, &victim.refresh).await);
    }
    house.close();
}

#[tokio::test]
async fn a_replica_that_lost_three_generations_takes_the_clients_word_and_no_more() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut client = house.client().await;
    for (ahead, is_taken) in [(3, true), (4, false)] {
        let token = stand.read(&stand.open(1).await);
        let answer = refresh(&mut client, &stand.write(&token.at(ahead))).await;
        if is_taken {
            let given = Given::of(&answer);
            assert_eq!(given.generation, 4);
            assert_eq!(given.refresh, stand.write(&token.at(4)));
        } else {
            assert_refused(&answer);
        }
    }
    assert_eq!(stand.standing(1).await, "4|null\n0|null");
    house.close();
}
