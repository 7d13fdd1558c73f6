//! A recording is asked again of a server that makes up other values, and every request has that server's own.

mod backend;
mod commands;
mod instants;
mod kinds;
mod manner;
mod refused;
mod scene;
mod sketch;
mod state;
mod streams;
mod targets;

use std::{collections::HashMap, time::Duration};

use gateway::parity::{
    exchange::{Blocked, Exchange, Outcome},
    replay::{
        graph::{Graph, Order},
        play::{Options, Pace, Stopped, play},
    },
};

use backend::{Backend, Sequences};

const RECORDED: Sequences = Sequences { tasks: 7, tags: 7 };
const LIVE: Sequences = Sequences { tasks: 140, tags: 311 };

fn options(target: &str) -> Options {
    Options {
        target: target.parse().unwrap(),
        host: None,
        jobs: 8,
        pace: Pace::Max,
        limit: Duration::from_secs(60),
        replaced: HashMap::new(),
    }
}

async fn played(
    recording: &[Exchange],
    graph: &Graph,
    options: &Options,
) -> (Vec<Exchange>, Result<(), Stopped>) {
    let mut heard = Vec::new();
    let ended =
        play(recording, graph, options, &mut |exchange| heard.push(exchange), std::future::pending()).await;
    heard.sort_by_key(|exchange| exchange.id);
    (heard, ended)
}

fn status(exchange: &Exchange) -> Option<u16> {
    exchange.answered().map(|answered| answered.status)
}

#[tokio::test]
async fn every_generated_value_is_replaced_by_that_of_the_live_side() {
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    assert_eq!(before.shared.lock().strange, Vec::<String>::new());
    for order in [Order::Recorded, Order::Sessions] {
        let live = Backend::start(LIVE).await;
        let graph = Graph::of(&recording, order, &|_| true);
        let (heard, ended) = played(&recording, &graph, &options(&live.address)).await;
        ended.unwrap();
        assert_eq!(live.shared.lock().strange, Vec::<String>::new(), "{order}");
        let statuses = |exchanges: &[Exchange]| exchanges.iter().map(status).collect::<Vec<_>>();
        assert_eq!(statuses(&heard), statuses(&recording), "{order}");
    }
}

#[tokio::test]
async fn what_needs_a_failed_login_is_blocked_by_it_and_the_rest_is_asked() {
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    let live = Backend::start(LIVE).await;
    live.shared.lock().refuses_logins = true;
    let graph = Graph::of(&recording, Order::Recorded, &|_| true);
    let (heard, ended) = played(&recording, &graph, &options(&live.address)).await;
    ended.unwrap();
    assert_eq!(live.shared.lock().strange, Vec::<String>::new(), "nobody asks with what was recorded");
    assert_eq!(status(&heard[0]), Some(401));
    let needs = |exchange: &Exchange| match &exchange.outcome {
        Outcome::Blocked(Blocked { by, needs }) => Some((*by, needs.clone())),
        Outcome::Answered(_) | Outcome::Broken(_) => None,
    };
    let blocked: Vec<_> = heard.iter().filter_map(needs).collect();
    assert_eq!(blocked.len(), 10, "{blocked:?}");
    assert!(blocked.iter().all(|(by, _)| *by == 1), "the login is the one cause: {blocked:?}");
    assert_eq!(blocked[0].1, "body $.access_token");
    let asked: Vec<_> =
        heard.iter().filter(|heard| needs(heard).is_none()).map(|heard| heard.route.as_str()).collect();
    assert_eq!(
        asked,
        [
            "POST /login",
            "POST /tags",
            "GET /tags/{tag_id}",
            "GET /tasks",
            "GET /tasks",
            "GET /tasks",
            "GET /search"
        ]
    );
}

#[tokio::test]
async fn a_chosen_route_is_asked_with_all_that_it_needs_and_nothing_else() {
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    let live = Backend::start(LIVE).await;
    let graph =
        Graph::of(&recording, Order::Recorded, &|exchange| exchange.route == "POST /tasks/{task_id}/tags");
    let (heard, ended) = played(&recording, &graph, &options(&live.address)).await;
    ended.unwrap();
    let routes: Vec<_> = heard.iter().map(|heard| heard.route.as_str()).collect();
    let expected = [
        "POST /login",
        "POST /projects",
        "POST /projects/{project_id}/tasks",
        "POST /tags",
        "POST /tasks/{task_id}/tags",
    ];
    assert_eq!(routes, expected);
    assert_eq!(live.shared.lock().strange, Vec::<String>::new());
    let aids = graph.steps.values().filter(|step| step.is_aid).count();
    assert_eq!(aids, 4, "only the chosen one is judged");
}

#[tokio::test]
async fn a_target_that_goes_away_ends_the_run_and_what_was_heard_stays() {
    let before = Backend::start(RECORDED).await;
    let recording = scene::record(&before).await;
    let graph = Graph::of(&recording, Order::Recorded, &|_| true);
    let live = Backend::start(LIVE).await;
    let address = live.address.clone();
    let mut live = Some(live);
    let mut heard = Vec::new();
    let mut keep = |exchange: Exchange| {
        heard.push(exchange);
        if heard.len() == 3 {
            live = None;
        }
    };
    let ended = play(&recording, &graph, &options(&address), &mut keep, std::future::pending()).await;
    let Err(stopped) = ended else { panic!("it ended well") };
    assert!(stopped.to_string().starts_with(&format!("{address} cannot be reached after ")), "{stopped}");
    assert_eq!(heard[..3].iter().filter_map(status).collect::<Vec<_>>(), [200, 201, 200]);
    let later = heard[3..].iter().filter(|heard| status(heard).is_some()).count();
    assert_eq!(later, 0, "nobody was there to answer: {heard:?}");
}
