//! Rules of routing.json: a new one, and whether it will be reached.

use ravand_core::{AddressKey, Problem, Problems};
use ravand_manifest::Routing;
use ravand_router::{Outcome, Request};

use super::target::Target;
use crate::edit::{Json, quoted};
use crate::folder::Found;
use crate::package::Package;
use crate::routes;
use crate::stop::Stop;

/// A routing.json without rules.
pub(crate) const NO_RULES: &str = "[\n]\n";

impl Target<'_> {
    /// Adds a rule for `GET`, unless the action has a rule already.
    pub(crate) fn rule(&mut self, path: &str, action: &str, name: &str) -> Result<(), Stop> {
        let routing = match self.manifest()?.routing {
            Some(named) => named.value,
            None => {
                self.changes.create(self.path("routing.json"), NO_RULES);
                self.json("package.json", "reads `routing.json`", |json| {
                    json.set_at(&[], "routing", &quoted("routing.json"))
                })?;
                "routing.json".to_owned()
            }
        };
        let address = AddressKey::of(&self.path(action));
        if self.check_rules(&routing)?.routes.iter().any(|route| *route.target.value.key() == address) {
            return Ok(());
        }
        let name = self.free_rule_name(name);
        let rule = format!(
            "{{ \"path\": {}, \"method\": \"GET\", \"controller\": {}, \"name\": {} }}",
            quoted(path),
            quoted(action),
            quoted(&name)
        );
        let file = self.path(&routing);
        self.changes.edit(&file, format!("`GET {path}` calls `{action}`"), |text| {
            if text == NO_RULES {
                return Ok(format!("[\n    {rule}\n]\n"));
            }
            let json = Json::parse(&file, text)?;
            json.push(&rule)?;
            Ok(json.text())
        })?;
        self.check_reach(&routing, path)
    }

    /// Reads routing.json as it will be; what is wrong with it is an error.
    pub(crate) fn check_rules(&self, routing: &str) -> Result<Routing, Stop> {
        let path = self.path(routing);
        let missing = || Problem::error(format!("`routing` names `{routing}`, and there is no such file"));
        let text = self.changes.read(&path)?.ok_or_else(missing)?;
        let (routing, _) = Routing::parse(&self.name, &path, &text).into_result()?;
        Ok(routing)
    }

    /// The name, or the one with the package before it where a rule has the name already.
    fn free_rule_name(&self, name: &str) -> String {
        let routes = self.application.packages.iter().flat_map(|package| &package.routes);
        let taken = |wanted: &str| {
            routes.clone().any(|route| route.name.as_ref().is_some_and(|known| known.value == wanted))
        };
        match taken(name) {
            false => name.to_owned(),
            true => format!("{}.{name}", self.name),
        }
    }

    /// A rule before the new one that takes its requests is an error.
    fn check_reach(&self, routing: &str, path: &str) -> Result<(), Stop> {
        if path.contains(':') {
            return Ok(());
        }
        let own = Package {
            name: self.name.clone(),
            path: self.application.root.join(self.path("")),
            shown: format!("packages/{}", self.name),
            manifest: self.manifest()?,
            is_declared: true,
            routes: self.check_rules(routing)?.routes,
        };
        let own_index = own.routes.len().saturating_sub(1);
        let others = self.application.packages.iter().filter(|package| package.name != self.name);
        let mut packages: Vec<Package> = others.cloned().chain([own]).collect();
        packages.sort_by(|one, other| one.name.cmp(&other.name));
        let mut found = Found { packages, problems: Problems::default() };
        found.order();
        // What is wrong with the other packages is told by `check`, and by the build.
        let Ok(table) = routes::compile(&found.packages) else { return Ok(()) };
        let Outcome::Found(answer) = table.router.find(&Request::get(path)) else { return Ok(()) };
        let before = table.rows.get(answer.rule);
        match before.filter(|row| (row.package.as_str(), row.index) != (self.name.as_str(), own_index)) {
            None => Ok(()),
            Some(row) => {
                let place = &row.route.place;
                let problem =
                    Problem::error(format!("`GET {path}` is answered already, by the rule at {place}"));
                Err(problem.help("`--at PATH` says another address").into())
            }
        }
    }
}
