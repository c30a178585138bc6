//! Controllers: what an action is, how a controller and its arguments are made, what it may answer.

mod action;
mod dispatch;
mod extract;
mod gate;

pub use action::{Action, Actions, Answer, Answered, Build, Middleware, Middlewares, Stop, answer};
pub use dispatch::Dispatch;
pub use extract::{Client, Param, Params, param};
pub use gate::{Gate, GateAnswer, gate};
