//! The answers of `$at$`.

use ravand::prelude::*;

/// The answers of `$at$`.
#[derive(Controller)]
pub struct $Class$;

#[controller]
impl $Class$ {
    /// The answer at `$at$`.
    pub async fn index(&self) -> Response {
        let items = ["the first one", "the second one"];
        Response::new(true).set_data(items, "items")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_index_has_its_items() {
        let answer = $Class$.index().await;
        let items = answer.get_data("items").unwrap();
        assert_eq!(items[0], "the first one");
    }
}
