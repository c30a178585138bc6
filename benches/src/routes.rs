//! A thousand routes of the usual shapes, four to a resource, for routers that are compared.

/// How many routes there are.
pub const ROUTES: usize = 1_000;

/// The shapes of a resource's four routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `GET /area0/resource0`
    List,
    /// `GET /area0/resource0/:id`
    Item,
    /// `POST /area0/resource0/:id/edit`
    Edit,
    /// `GET /area0/resource0/:id/files/:file...`
    Files,
}

/// The shape of a route, and the fixed beginning of its path.
pub fn route(number: usize) -> (Shape, String) {
    let shape = match number % 4 {
        0 => Shape::List,
        1 => Shape::Item,
        2 => Shape::Edit,
        _ => Shape::Files,
    };
    (shape, format!("/area{}/resource{}", number / 40, number / 4))
}
