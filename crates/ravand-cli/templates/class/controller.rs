//! The pages of `$at$`.

use ravand::prelude::*;

use crate::views::$module$::$Class$Page;

/// The pages of `$at$`.
#[derive(Controller)]
pub struct $Class$;

#[controller]
impl $Class$ {
    /// The page at `$at$`.
    pub async fn index(&self) -> $Class$Page {
        let items = ["the first one", "the second one"];
        $Class$Page {
            items: items.map(str::to_owned).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_index_has_its_items() {
        let page = $Class$.index().await;
        assert_eq!(page.items, ["the first one", "the second one"]);
    }
}
