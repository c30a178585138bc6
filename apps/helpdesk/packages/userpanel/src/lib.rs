//! The user panel: users, log-in and log-out, who may do what, and the layout of the theme.
//!
//! A fresh database has two users for trying things out: `staff@helpdesk.example` with the password `staff`
//! and `customer@helpdesk.example` with the password `customer`.

ravand::package!();
