//! The framework: what an application and its packages depend on.
