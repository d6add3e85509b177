//! local-user-pool
