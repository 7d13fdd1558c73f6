//! What is remembered of a stored password, so that a change of it is noticed.

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256 of the text in the column, as PostgreSQL's `sha256(convert_to(column, 'UTF8'))`.
pub fn fingerprint(hash: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, hash.as_bytes()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_postgresql_computes() {
        // SELECT encode(sha256(convert_to('é', 'UTF8')), 'base64')
        let expected = [0x4a, 0x99, 0x55, 0x7e, 0x40];
        assert_eq!(fingerprint("é")[..5], expected);
    }
}
