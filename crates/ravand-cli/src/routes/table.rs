//! All rules, compiled once, with what each belongs to.

use ravand_core::{Problem, Problems};
use ravand_manifest::{Allow, Route};
use ravand_router::{Domain, Outcome, Part, Place, Router, Rule};

use super::request::{Asked, Wants};
use crate::package::Package;

/// The rules of all packages. A rule's number in the router is its number here.
pub(crate) struct RouteTable {
    pub(crate) router: Router,
    pub(crate) rows: Vec<Row>,
}

/// A rule and what it belongs to.
pub(crate) struct Row {
    pub(crate) package: String,
    /// Its place in its routing.json, from 0.
    pub(crate) index: usize,
    pub(crate) route: Route,
}

impl RouteTable {
    /// Compiles the rules of packages that are in load order and have no errors. Rules for exceptions are
    /// counted and left out: no request finds them.
    pub(crate) fn compile(packages: &[Package]) -> Result<Self, Problems> {
        let mut builder = Router::builder();
        builder.default_domains(vec![Domain::Any]);
        let (mut rows, mut problems) = (Vec::new(), Problems::default());
        for package in packages {
            for (index, route) in package.routes.iter().enumerate().filter(|(_, route)| !route.is_exception())
            {
                match builder.add(route.rule.clone()) {
                    Ok(_) => rows.push(Row { package: package.name.clone(), index, route: route.clone() }),
                    Err(error) => {
                        problems.push(Problem::error(error.to_string()).at(route.place.clone()));
                    }
                }
            }
        }
        match problems.has_errors() {
            true => Err(problems),
            false => Ok(Self { router: builder.build(), rows }),
        }
    }

    /// The first rule for the request whose permission does not refuse it.
    pub(crate) fn find(&self, asked: &Asked<'_>) -> Outcome<'_> {
        let request = asked.request();
        let mut outcome = self.router.find(&request);
        while let Outcome::Found(found) = &outcome
            && self.rows.get(found.rule).is_some_and(|row| row.refuses(asked.wants))
        {
            outcome = self.router.find_after(&request, found.rank);
        }
        outcome
    }

    /// The rules' paths in the order in which they are tried.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (&Row, &Place)> {
        self.router.places().filter_map(|place| Some((self.rows.get(place.rule)?, place)))
    }
}

impl Row {
    /// The permission that the form of a request asks for.
    pub(crate) fn permission(&self, wants: Wants) -> &Allow {
        match wants {
            Wants::Page => &Allow::Yes,
            Wants::Api => &self.route.permissions.api,
            Wants::Ajax => &self.route.permissions.ajax,
        }
    }

    /// Whether its permission refuses the form of a request. What a controller would say is not known here.
    pub(crate) fn refuses(&self, wants: Wants) -> bool {
        matches!(self.permission(wants), Allow::No)
    }

    /// The address of what answers.
    pub(crate) fn controller(&self) -> &str {
        self.route.target.value.as_str()
    }

    /// File and line.
    pub(crate) fn source(&self) -> String {
        format!("{}:{}", self.route.place.file, self.route.place.line)
    }

    pub(crate) fn methods(&self) -> String {
        match self.route.rule.methods.as_slice() {
            [] => "any".to_owned(),
            methods => methods.join(","),
        }
    }

    pub(crate) fn hosts(&self) -> String {
        let domain = |domain: &Domain| match domain {
            Domain::Any => "*".to_owned(),
            Domain::Name(name) => name.clone(),
            Domain::Pattern(pattern) => pattern.as_str().to_owned(),
        };
        let rule = &self.route.rule;
        let names: Vec<String> = rule.domains.iter().map(domain).collect();
        let names = if names.is_empty() { "*".to_owned() } else { names.join(",") };
        match rule.schemes.as_slice() {
            [] => names,
            schemes => {
                let schemes: Vec<&str> = schemes.iter().map(|scheme| scheme.as_str()).collect();
                format!("{}://{names}", schemes.join(","))
            }
        }
    }

    /// One of its paths, or its regex.
    pub(crate) fn path(&self, path: usize) -> String {
        let Rule { paths, regex, .. } = &self.route.rule;
        match (regex, paths.get(path).map(Vec::as_slice)) {
            (Some(regex), _) => regex.as_str().to_owned(),
            (None, None | Some([])) => "/".to_owned(),
            (None, Some(parts)) => parts.iter().map(|one| format!("/{}", part(one))).collect(),
        }
    }
}

fn part(part: &Part) -> String {
    let (name, regex, values, dots) = match part {
        Part::Static(text) => return text.clone(),
        Part::Dynamic { name, regex, values } => (name, regex, values, ""),
        Part::Wildcard { name, regex, values } => (name, regex, values, "..."),
    };
    let regex = regex.as_ref().map(|regex| format!("({})", regex.as_str())).unwrap_or_default();
    let values = if values.is_empty() { String::new() } else { format!("({})", values.join("|")) };
    format!(":{name}{dots}{regex}{values}")
}
