//! The memory that argon2 fills: kept by each thread, because getting 19 MiB anew costs a third of a login.

use argon2::Block;

/// More than this (passlib's default is 64 MiB) is given back after use.
const KEPT_BLOCKS: usize = 64 * 1024;

#[derive(Default)]
pub(super) struct Arena {
    blocks: Vec<Block>,
}

impl Arena {
    /// What is in the blocks does not matter: the first pass writes each before it reads it.
    pub(super) fn with_blocks<T>(&mut self, count: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        if self.blocks.len() < count {
            self.blocks.resize_with(count, Block::new);
        }
        let done = work(&mut self.blocks[..count]);
        if count > KEPT_BLOCKS {
            self.blocks = Vec::new();
        }
        done
    }
}
