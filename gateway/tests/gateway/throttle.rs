//! Whoever guesses passwords waits, at every replica and from everywhere, and whoever owns an account gets in meanwhile.

mod attacks;
mod limits;
mod operator;
mod owners;
mod siege;
mod waits;
