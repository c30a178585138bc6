//! Plugins: six hooks around routing and dispatching.

use async_trait::async_trait;
use ravand_core::Result;

use crate::controller::Answered;
use crate::{Context, RouteRequest, Token};

/// What an application hangs into the way of every request. Each hook may change what it is given; an error
/// ends the way and goes to the exception routes. Plugins run in the order they were added.
///
/// | hook | when | may |
/// |---|---|---|
/// | `route_startup` | before the bootstraps and the router | rewrite the path that is routed |
/// | `route_shutdown` | after the router | replace the token |
/// | `dispatch_loop_startup` | before the loop | replace the token |
/// | `pre_dispatch` | before each action | replace the token, skip the action |
/// | `post_dispatch` | after each action | see and change the answer, send the loop round again |
/// | `dispatch_loop_shutdown` | after the loop | change the answer |
#[async_trait]
pub trait Plugin: Send + Sync + 'static {
    /// Before the bootstraps and the router.
    async fn route_startup(&self, request: &mut RouteRequest<'_>, cx: &Context) -> Result<()> {
        let _ = (request, cx);
        Ok(())
    }

    /// After the router.
    async fn route_shutdown(&self, token: &mut Token, cx: &Context) -> Result<()> {
        let _ = (token, cx);
        Ok(())
    }

    /// Before the dispatch loop.
    async fn dispatch_loop_startup(&self, token: &mut Token, cx: &Context) -> Result<()> {
        let _ = (token, cx);
        Ok(())
    }

    /// Before each action.
    async fn pre_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        let _ = (turn, cx);
        Ok(())
    }

    /// After each action.
    async fn post_dispatch(&self, turn: &mut Turn, cx: &Context) -> Result<()> {
        let _ = (turn, cx);
        Ok(())
    }

    /// After the dispatch loop.
    async fn dispatch_loop_shutdown(&self, answer: &mut Answered, cx: &Context) -> Result<()> {
        let _ = (answer, cx);
        Ok(())
    }
}

/// One turn of the dispatch loop, as plugins see it.
#[derive(Debug)]
pub struct Turn {
    /// The token of this turn.
    pub token: Token,
    /// Set in `pre_dispatch`: the action is not called.
    pub skip: bool,
    /// What the action answered; none before it was called, or when it was skipped.
    pub answer: Option<Answered>,
    /// Set in either hook: the token the loop goes round with next.
    pub next: Option<Token>,
}
