//! Controllers: what an action is, how a controller and its arguments are made, what it may answer.

mod action;
mod dispatch;
mod extract;
mod gate;
mod rejection;

pub use action::{
    Action, Actions, Answer, Answered, Answers, Build, Call, Middleware, Middlewares, Stop, answer,
};
pub use dispatch::Dispatch;
pub use extract::{Client, Param, ParamValue, Params, optional_param, param};
pub use gate::{Gate, GateAnswer, gate};
pub(crate) use rejection::{is_of_axum, text_for_clients};
