//! Hosts and schemes: what is fine at home, and not before visitors.

use ravand_core::Problem;

use super::{Area, Look};
use crate::options::{Part, SchemePolicy};

pub(super) fn area(look: &Look<'_>) -> Area {
    let (router, server) = (&look.settings.router, &look.settings.server);
    let https = router.scheme == Some(SchemePolicy::Https);
    let mut problems = Vec::new();
    let mark = |problem, name| look.options.mark(problem, name, Part::Value);
    if router.default_domains.is_empty() {
        if look.production() {
            let problem = Problem::warning("every host is answered: `router.default_domains` is not set")
                .help("write default_domains = [\"example.com\"] under [router] in ravand.toml")
                .help("links in pages and mails are else made from whatever host a visitor sends");
            problems.push(problem);
        }
        if router.www.is_some() {
            let problem =
                Problem::warning("the option `router.www` does nothing without `router.default_domains`")
                    .help("name the domains that the policy is for");
            problems.push(mark(problem, "router.www"));
        }
    }
    if https && server.trusted_proxies.is_empty() {
        let text = "the option `router.scheme` redirects nobody: this server speaks http alone, and no proxy that \
                    could tell a visitor's scheme is trusted";
        let problem = Problem::warning(text);
        let help = "write the address of the proxy that speaks https to `trusted_proxies` under [server]";
        problems.push(mark(problem.help(help), "router.scheme"));
    }
    if look.production() && !https && look.settings.session.secure != Some(true) {
        let problem = Problem::warning("cookies of sessions are sent over http too")
            .help("write secure = true under [session], or scheme = \"https\" under [router]");
        problems.push(problem);
    }
    if look.settings.development && !server.address.is_loopback() {
        let text = format!("pages show what goes wrong inside to everybody who reaches {}", server.address);
        let problem = Problem::warning(text).help("set development = false where visitors come");
        problems.push(mark(problem, "development"));
    }
    let domains = match router.default_domains.as_slice() {
        [] => "any host".to_owned(),
        domains => domains.join(", "),
    };
    let mode = if look.production() { "production" } else { "development" };
    Area::of("hosts", format!("{domains}, {mode}"), problems)
}
