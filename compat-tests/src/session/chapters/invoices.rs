//! Money and dates; paying answers with a problem document where it cannot be done.
//!
//! The routes have a class of their own, which import does not look into: even without a token the legacy answers.

use super::super::step::{Step, get, post};

pub(super) fn steps() -> Vec<Step> {
    let list = |query: &str| get(&format!("/api/invoices{query}")).by("ada");
    vec![
        list(""),
        list("?status=paid"),
        list("?status=paid&status=sent"),
        list("?status=paid,sent").gives(422),
        list("?status=lost&status=paid").gives(422),
        list("?min_total=100"),
        list("?min_total=99.990"),
        list("?min_total=1e3&status=sent"),
        list("?min_total=much").gives(422),
        list("?min_total=NaN").gives(422),
        get("/api/invoices").by("grace"),
        get("/api/invoices").by("zoe"),
        get("/api/invoices").gives(401),
        get("/api/invoices/1").by("ada"),
        get("/api/invoices/5").by("ada"),
        get("/api/invoices/6").by("ada").gives(404),
        get("/api/invoices/1.0").by("ada").gives(404),
        post("/api/invoices/1/pay").by("ada").gives(409),
        post("/api/invoices/3/pay").by("ada").header("origin", "http://localhost:5173").gives(409),
        post("/api/invoices/4/pay").by("ada").json("{}").gives(409),
        post("/api/invoices/2/pay").by("ada"),
        post("/api/invoices/2/pay").by("ada").gives(409),
        post("/api/invoices/7/pay").by("ada").gives(404),
        post("/api/invoices/2/pay").gives(401),
        get("/api/invoices/2/pay").by("ada").gives(405),
        get("/api/invoices?status=paid").by("ada"),
    ]
}
