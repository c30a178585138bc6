//! The states of a ticket. Their numbers are those of the seed, where 1 is answered and 4 is closed.

use ravand::sea_orm;
use ravand::sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The state of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It waits for the staff.
    #[sea_orm(num_value = 0)]
    Open,
    /// The staff answered; it waits for its author.
    #[sea_orm(num_value = 1)]
    Answered,
    /// Somebody of the staff works on it.
    #[sea_orm(num_value = 2)]
    InProgress,
    /// It is done.
    #[sea_orm(num_value = 4)]
    Closed,
}

impl Status {
    /// All, in the order that a list shows them.
    pub const ALL: [Self; 4] = [Self::Open, Self::InProgress, Self::Answered, Self::Closed];

    /// Its name in addresses, phrases and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::InProgress => "in-progress",
            Self::Closed => "closed",
        }
    }

    /// The state of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ravand::sea_orm::ActiveEnum;

    #[test]
    fn names_and_numbers() {
        for (status, number) in Status::ALL.into_iter().zip([0, 2, 1, 4]) {
            assert_eq!(Status::from_name(status.name()), Some(status));
            assert_eq!(status.to_value(), number);
        }
        assert_eq!(Status::from_name("lost"), None);
    }
}
