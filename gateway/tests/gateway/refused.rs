//! What the door refuses: class by class in bytes, and beside both parsers of uvicorn.

mod answers;
mod classes;
mod documented;
mod generator;
mod judged;
mod pair;
mod streams;
mod uvicorn;
