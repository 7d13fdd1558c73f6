//! Whoever guesses passwords waits, at every replica and from everywhere, and whoever owns an account gets in meanwhile.

mod attacks;
mod changed;
mod crowds;
mod limits;
mod operator;
mod order;
mod owners;
mod siege;
mod spellings;
mod waits;
