//! Stage 4, the dispatcher: makes the controller and calls the action; and the loop around it.

use std::time::Duration;

use ravand_core::{Address, Error, ErrorKind, Result};

use crate::app::Inner;
use crate::class_map::controller_name;
use crate::controller::{Answer, Answered, Dispatch, Stop};
use crate::events::request::Dispatched;
use crate::private::BoxFuture;
use crate::token::{Forward, Resolved};
use crate::{Event, Token, Turn};

/// How many turns the dispatch loop may make.
pub(crate) const LOOP_LIMIT: usize = 32;

/// Calls the action of a token. An application may bring its own by [`crate::Application::dispatcher`].
pub trait Dispatcher: Send + Sync + 'static {
    /// Makes the controller of the dispatch's token and calls its action.
    fn dispatch<'a>(&'a self, dispatch: &'a mut Dispatch) -> BoxFuture<'a, Answer>;
}

/// The default dispatcher: it finds actions in the class map.
#[derive(Debug, Default)]
pub struct ClassDispatcher;

impl Dispatcher for ClassDispatcher {
    fn dispatch<'a>(&'a self, dispatch: &'a mut Dispatch) -> BoxFuture<'a, Answer> {
        let resolved = match dispatch.token.resolved {
            Some(resolved) => resolved,
            None => match resolve(dispatch) {
                Ok(resolved) => resolved,
                Err(error) => return Box::pin(std::future::ready(Err(Stop::Error(error)))),
            },
        };
        let app = &dispatch.context().app().0;
        if app.routes.of(resolved).is_none_or(|route| route.middlewares.is_empty()) {
            return (resolved.call)(dispatch);
        }
        Box::pin(async move {
            let app = dispatch.context().app().clone();
            for middleware in app.0.routes.of(resolved).into_iter().flat_map(|route| &route.middlewares) {
                if let Some(answer) = (middleware.call)(dispatch).await? {
                    return Ok(answer);
                }
            }
            (resolved.call)(dispatch).await
        })
    }
}

/// Runs the dispatch loop: plugins before, the action, plugins after, and round again as long as an action
/// forwards or a plugin asks for another turn.
pub(crate) async fn dispatch_loop(app: &Inner, dispatch: &mut Dispatch) -> Answer {
    for plugin in &app.plugins {
        plugin.dispatch_loop_startup(&mut dispatch.token, &dispatch.cx).await?;
    }
    let mut chain = Vec::new();
    let mut turns = 1;
    let mut answer = loop {
        dispatch.begin_turn();
        let (answer, next) = if app.plugins.is_empty() {
            (Some(app.dispatcher.dispatch(dispatch).await?), None)
        } else {
            Box::pin(turn(app, dispatch)).await?
        };
        let next = match (next, answer) {
            (Some(next), _) => *next,
            (None, Some(Answered::Forward(forward))) => follow(&dispatch.token, *forward)?,
            (None, Some(answer)) => break answer,
            (None, None) => break ravand_core::Response::new(true).into(),
        };
        chain.push(std::mem::replace(&mut dispatch.token, next).to_string());
        turns += 1;
        if turns > LOOP_LIMIT {
            return Err(Stop::Error(endless(&chain)));
        }
    };
    for plugin in &app.plugins {
        plugin.dispatch_loop_shutdown(&mut answer, &dispatch.cx).await?;
    }
    if app.listeners.heard(std::any::TypeId::of::<Dispatched>()) {
        let mut dispatched = Box::new(Dispatched { token: dispatch.token.clone(), turns });
        Box::pin(dispatched.trigger(&dispatch.cx)).await?;
    }
    Ok(answer)
}

/// The same, within a limit: what has not answered by then is dropped where it waits.
pub(crate) async fn dispatch_within(limit: Duration, app: &Inner, dispatch: &mut Dispatch) -> Answer {
    let asked = dispatch.token.to_string();
    tokio::time::timeout(limit, dispatch_loop(app, dispatch)).await.unwrap_or_else(|_| {
        let text = format!("`{asked}` took longer than the {limit:?} that its rule allows");
        Err(Stop::Error(Error::new(ErrorKind::Unavailable, text)))
    })
}

/// One turn with plugins around it: its answer, and the token that the loop goes round with next, which is rare.
async fn turn(app: &Inner, dispatch: &mut Dispatch) -> Result<(Option<Answered>, Option<Box<Token>>), Stop> {
    let mut turn = Turn { token: dispatch.token.clone(), skip: false, answer: None, next: None };
    for plugin in &app.plugins {
        plugin.pre_dispatch(&mut turn, &dispatch.cx).await?;
    }
    dispatch.token = turn.token.clone();
    dispatch.begin_turn();
    if !turn.skip {
        turn.answer = Some(app.dispatcher.dispatch(dispatch).await?);
    }
    for plugin in &app.plugins {
        plugin.post_dispatch(&mut turn, &dispatch.cx).await?;
    }
    dispatch.token = turn.token;
    Ok((turn.answer, turn.next.map(Box::new)))
}

/// The token that a forward asks for: its own parameters only, unless it takes the present ones along.
fn follow(present: &Token, forward: Forward) -> Result<Token, Stop> {
    let address = Address::parse(&forward.address, present.package())
        .map_err(|error| Error::internal(format!("a forward to `{}`: {error}", forward.address)))?;
    let action = address.method().ok_or_else(|| {
        Error::internal(format!("a forward to `{address}` names no action: write `{address}@action`"))
    })?;
    let controller = controller_name(address.class());
    let mut params = if forward.merge { present.params().clone() } else { ravand_router::Params::new() };
    for (name, value) in forward.params.iter() {
        params.set(name, value);
    }
    Ok(Token::new(address.package(), controller, action).set_params(params))
}

/// Finds the action of a token that the router did not make.
fn resolve(dispatch: &Dispatch) -> Result<Resolved> {
    let token = &dispatch.token;
    let address = crate::router::address(&token.to_string(), token.package())?;
    let found = dispatch.context().app().0.classes.action(&address)?;
    Ok(Resolved { call: found.action.call, route: None })
}

fn endless(chain: &[String]) -> Error {
    let shown = chain.iter().take(6).map(String::as_str).collect::<Vec<_>>().join(" -> ");
    Error::internal(format!("the dispatch loop went round {LOOP_LIMIT} times without an end: {shown} -> …"))
}
