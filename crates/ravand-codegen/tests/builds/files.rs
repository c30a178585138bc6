//! What is wrong with the files that a manifest names, and with the classes in them.

use crate::support::{Case, MANIFEST, Said, TICKETS, snapshot};

#[test]
fn files_and_autoload() {
    let manifest = |from: &str, to: &str| Case::new().replace(MANIFEST, from, to);
    let mut said = Said::default();
    said.package("no routing", manifest("routing.json", "ruting.json"));
    said.package("no phrases", manifest("langs/en_US.json", "langs/en-US.json"));
    said.package("no frontend folder", manifest("[\"frontend\"]", "[\"frontends\"]"));
    said.package("no theme.json", Case::new().remove("packages/ticketing/frontend/theme.json"));
    said.package(
        "no autoloaded folder",
        manifest("\"controllers\", \"listeners\"", "\"Controllers\", \"listener\""),
    );
    said.package("a file for a folder", manifest("\"controllers\",", "\"controllers\", \"lib.rs\","));
    said.package("no autoloaded file", manifest("libraries/text.rs", "libraries/texts.rs"));
    said.package("a folder for a file", manifest("libraries/text.rs", "libraries"));
    said.package("no autoload file", manifest("{\n    \"directories\": [\"controllers\", \"listeners\", \"processes\", \"events\", \"views\"],\n    \"files\": [\n      { \"file\": \"libraries/text.rs\", \"function\": true },\n      { \"file\": \"models/Ticket.rs\", \"classes\": [\"models/ticket\"] },\n    ],\n  }", "\"autoload.json\""));
    said.package("no bootstrap file", manifest("bootup/checkAccess.rs", "bootup/check_access.rs"));
    said.package(
        "no bootstrap in the file",
        Case::new().replace("packages/ticketing/src/bootup/checkAccess.rs", "#[bootstrap]\n", ""),
    );
    said.package(
        "two bootstraps",
        Case::new().replace(
            "packages/ticketing/src/bootup/checkAccess.rs",
            "#[bootstrap]",
            "#[bootstrap]\nfn other() {}\n#[ravand::bootstrap]",
        ),
    );
    said.package(
        "a bootstrap that nobody names",
        Case::new().write("packages/ticketing/src/events/other.rs", "#[bootstrap]\npub fn other() {}\n"),
    );
    said.package(
        "a class among functions",
        Case::new().write("packages/ticketing/src/libraries/text.rs", "#[derive(Event)]\npub struct Read;\n"),
    );
    said.package("a class that the file has not", manifest("models/ticket", "models/Tiket"));
    said.package("a mod.rs", Case::new().write("packages/ticketing/src/events/mod.rs", ""));
    said.package(
        "two files of one module",
        Case::new().write("packages/ticketing/src/processes/tickets.rs", ""),
    );
    said.package(
        "a file and a folder of one module",
        Case::new().write("packages/ticketing/src/controllers/admin.rs", ""),
    );
    said.package("a name that is none", Case::new().write("packages/ticketing/src/events/2fa.rs", ""));
    said.package(
        "two classes of one address",
        Case::new()
            .write("packages/ticketing/src/events/more.rs", "#[derive(ravand::Event)]\npub struct CLOSED;\n"),
    );
    said.package("a private class", Case::new().replace(TICKETS, "pub struct Tickets", "struct Tickets"));
    said.package(
        "a mod line too many",
        Case::new()
            .replace(TICKETS, "use ravand::prelude::*;", "mod helper;")
            .write("packages/ticketing/src/controllers/helper.rs", ""),
    );
    said.package(
        "a migration without Migration",
        Case::new().write("packages/ticketing/migrations/m2.rs", ""),
    );
    snapshot!("files", said.0);
}
