//! Passwords: hashed with argon2id, off the threads that serve requests, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use ravand::{Error, Result};
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and some hundredths of a second: a crowd of log-ins waits here, not in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// The hash of a password that nobody has: an unknown user costs as much time as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$iAJ/wIBx9oCSL1QHaupj9g$P1h3b1Ar83i/MJMu733jNIpBnblObtOqSA7ix72Nj/M";

/// The hash of a password, as a PHC string.
///
/// # Errors
/// When the system gives no random numbers.
pub async fn hash(password: String) -> Result<String> {
    work(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash: PasswordHash| hash.to_string())
            .map_err(|error| Error::internal(format!("the password could not be hashed: {error}")))
    })
    .await?
}

/// Whether a password is the one that was hashed. Without a hash it is not, and takes as long to say so.
///
/// # Errors
/// When the hash is no PHC string.
pub async fn is_right(password: String, hash: Option<String>) -> Result<bool> {
    work(move || {
        let text = hash.as_deref().unwrap_or(NOBODY);
        let parsed = PasswordHash::new(text)
            .map_err(|error| Error::internal(format!("a stored password is no PHC string: {error}")))?;
        let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(right && hash.is_some())
    })
    .await?
}

async fn work<T: Send + 'static>(hard: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(|error| Error::internal(error.to_string()))?;
    tokio::task::spawn_blocking(hard).await.map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_and_its_hash() {
        let hash = hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_right("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!is_right("correct horsf".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!is_right(String::new(), None).await.unwrap());
        assert!(is_right("x".into(), Some("plain".into())).await.is_err());
    }
}
