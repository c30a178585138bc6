//! What is wrong with events and their listeners.

use crate::support::{Case, MANIFEST, Said, snapshot};

#[test]
fn events() {
    let event = |from: &str, to: &str| Case::new().replace(MANIFEST, from, to);
    let mut said = Said::default();
    said.package("an event that is not there", event("events/closed", "events/clsed"));
    said.package("an event of the framework that is not there", event("afterLoad", "afterLod"));
    said.package("an event of another package", event("users/SignedUp", "users/SignedIp"));
    said.package("a listener that is not there", event("listeners/Stats@watch", "listeners/Stat@watch"));
    said.package("a listener's method that is not there", event("Stats@watch", "Stats@wach"));
    said.package(
        "a listener of another event",
        event("events/closed", "packages/base/events/PackagesLoaded"),
    );
    said.package(
        "both wrong",
        event(
            "events/closed\", \"listener\": \"listeners\\\\stats@Closed",
            "events/clsed\", \"listener\": \"listeners/Stats@clsed",
        ),
    );
    snapshot!("events", said.0);
}
