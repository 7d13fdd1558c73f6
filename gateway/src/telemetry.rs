//! Everything that can be seen from outside: field and label names live here.
