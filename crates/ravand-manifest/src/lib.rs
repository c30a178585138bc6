//! package.json, routing.json, theme.json and phrase files into checked models.
