//! Whoever reads what a migration tells may leave: that ends no migration.

use super::workshop::{Workshop, table};

#[tokio::test]
async fn a_closed_standard_error_ends_no_migration() {
    let stems = ["V0001__a", "V0002__b", "V0003__c", "V0004__d", "V0005__e", "V0006__f"];
    let workshop = Workshop::open(&stems.map(|stem| table(stem, &stem[7..]))).await;
    assert_eq!(workshop.begin(&["up"]).unheard(), Some(0));
    assert_eq!(workshop.versions().await.len(), 6);
    assert_eq!(workshop.begin(&["down", "--to", "0"]).unheard(), Some(0));
    assert_eq!(workshop.versions().await, Vec::<String>::new());
    // What is refused is so with its own code.
    assert_eq!(workshop.begin(&["up", "--to", "9"]).unheard(), Some(2));
}
