//! Every store beside the one in memory: whatever is done to both, in any order, they say the same.
