//! `gateway legacy inspect`: the mapping is found in databases of many shapes, and nothing of what stands in them is told.

mod choosing;
mod sample;
mod shapes;
mod stand;
mod tokens;
mod writing;
