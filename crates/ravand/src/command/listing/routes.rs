//! `routes`: the rules in the order in which they are tried, and what a request finds.

use std::borrow::Cow;

use ravand_core::Result;
use ravand_router::{Domain, Scheme};
use ravand_terminal::routes::{
    Answer, Asked, Bad, Defaults, Explanation, RouteTable, Row, Wants as Asks, listing, listing_json,
};
use ravand_terminal::{QUIET, paint};
use serde_json::json;

use crate::command::End;
use crate::command::output::{As, complain, pretty};
use crate::options::SchemePolicy;
use crate::router::{RouteRequest, Routed};
use crate::{App, Token, Wants};

pub(in crate::command) fn routes(app: &App, form: As) -> Result<String> {
    let table = table(app);
    let As::Text(screen) = form else { return pretty(&listing_json(&table)) };
    let mut text = listing(&table, screen);
    let settings = &app.0.settings.router;
    if settings.conventional
        && let Some(package) = &settings.default_package
    {
        let leading = if settings.conventional_packages { ", or /:package in front" } else { "" };
        let then = format!("then by convention: /:controller/:action/… of {package}{leading}");
        text.push_str(&format!("\n{}", paint(QUIET, &then)));
    }
    Ok(text)
}

/// What a request finds, and why no other rule is it; all rules that were tried, however many they are, when
/// `all` is asked for.
pub(in crate::command) fn explain(
    app: &App,
    method: &str,
    url: &str,
    all: bool,
    form: As,
) -> Result<(String, End)> {
    let table = table(app);
    let asked = Asked::read(Some(method), url, None, None, defaults(app));
    let explanation = asked.and_then(|asked| Explanation::of(&table, asked).map_err(Bad::Path));
    let mut explanation = match (explanation, form) {
        (Ok(explanation), _) => explanation,
        (Err(bad), As::Json) => {
            return Ok((pretty(&json!({ "error": format!("bad request: {bad}") }))?, End::Failed));
        }
        (Err(bad), As::Text(_)) => {
            complain(&format!("bad request: {bad}"));
            return Ok((String::new(), End::Failed));
        }
    };
    answer(app, &mut explanation)?;
    let text = match form {
        As::Json => pretty(&explanation.json())?,
        As::Text(screen) => explanation.shown(all, screen),
    };
    Ok((text, if explanation.is_found() { End::Done } else { End::Failed }))
}

/// The rules with what they belong to, in the numbers of the compiled router.
pub(in crate::command) fn table(app: &App) -> RouteTable {
    let mut rows = Vec::new();
    for package in &app.0.packages {
        for (index, route) in package.routes.iter().enumerate().filter(|(_, route)| !route.is_exception()) {
            // The class's own spelling, where the file has another.
            let resolved = app.0.routes.routes.get(rows.len());
            let controller =
                resolved.map_or_else(|| route.target.value.to_string(), crate::router::Route::target);
            rows.push(Row { package: package.name.clone(), index, controller, route: route.clone() });
        }
    }
    RouteTable { router: app.0.rules.clone(), rows }
}

/// A path without a host is asked of the application's own site.
fn defaults(app: &App) -> Defaults<'_> {
    let own = app.0.rules.default_domains().iter().find_map(|domain| match domain {
        Domain::Name(name) => Some(name.as_str()),
        _ => None,
    });
    let scheme = match app.0.settings.router.scheme {
        Some(SchemePolicy::Https) => Scheme::Https,
        _ => Scheme::Http,
    };
    let defaults = Defaults::default();
    Defaults { scheme, host: own.unwrap_or(defaults.host) }
}

/// What the application's router really says: it knows policies and conventions besides the rules, and may be
/// the application's own.
fn answer(app: &App, explanation: &mut Explanation<'_>) -> Result<()> {
    let asked = explanation.asked;
    let request = RouteRequest {
        method: http::Method::from_bytes(asked.method.as_bytes())
            .map_err(|error| ravand_core::Error::bad_request("the method is none").caused_by(error))?,
        scheme: asked.scheme,
        host: Cow::Borrowed(asked.host),
        path: Cow::Borrowed(asked.path),
        query: (!asked.query.is_empty()).then_some(Cow::Borrowed(asked.query)),
        wants: match asked.wants {
            Asks::Page => Wants::Html,
            Asks::Api => Wants::Api,
            Asks::Ajax => Wants::Ajax,
        },
    };
    match app.0.router.route(&request, None)? {
        Routed::Redirect(to) => {
            // A policy comes before the rules, a convention's other spelling after them.
            if matches!(explanation.answer, Answer::Found { .. }) {
                explanation.before.clear();
            }
            explanation.answer = Answer::Redirect(to);
        }
        Routed::Token { token, language, .. } if !matches!(explanation.answer, Answer::Found { .. }) => {
            if explanation.before.iter().any(|step| step.refused.is_some()) {
                // What a rule's permission refused is not to be had by convention either.
                return Ok(());
            }
            let by = match app.0.settings.router.conventional {
                true => "the convention /:controller/:action",
                false => "the application's own router",
            };
            let controller = address(&token);
            explanation.answer = Answer::Action {
                by,
                controller,
                params: token.params().clone(),
                lang: language.map(str::to_owned),
            };
        }
        _ => {}
    }
    Ok(())
}

fn address(token: &Token) -> String {
    format!("packages/{}/controllers/{}@{}", token.package(), token.controller_name(), token.action_name())
}
