//! Ticketing: people open tickets, staff answer them, and what has been answered for a day is closed.
//!
//! A ticket is public or private. Everybody reads public ones; a private one is for its author and the staff.
//! An author without an account is known by the session, or by the key in the link that the mails carry.

ravand::package!();
