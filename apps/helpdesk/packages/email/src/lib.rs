//! Mails: the process that sends one, and the listeners that tell people of their tickets.
//!
//! Without the option `packages.email.smtp` each mail is a file in the package's private storage:
//!
//! ```toml
//! [packages.email]
//! sender = "support@helpdesk.example"
//! site_url = "https://help.example.com"   # what links in mails begin with
//!
//! [packages.email.smtp]
//! host = "mail.example.com"
//! port = 587                              # by default 465, 587 or 25, by `tls`
//! user = "support"
//! password = "…"                          # better in the environment: RAVAND__PACKAGES__EMAIL__SMTP__PASSWORD
//! tls = "starttls"                        # or "tls" (the default), or "none"
//! ```

ravand::package!();
