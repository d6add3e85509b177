//! A pool with a data directory survives a restart, and its file gives little away.

use cognito_emulator::{Config, Outlets, Random, UserPool};
use std::sync::Arc;

use crate::support::{EMAIL, PASSWORD, Stack, config};

#[tokio::test]
async fn accounts_sessions_and_the_key_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let before = Stack::kept_in(dir.path());
    before.sign_up().await;
    let code = before.mailed_code();
    before.pool.seed_user("ben@example.com", "Ben", PASSWORD, &["doctor"]);
    let tokens = before.try_log_in("ben@example.com", PASSWORD).await.unwrap();
    drop(before);

    let mut config = config();
    config.data_dir = Some(dir.path().to_owned());
    config.signing_key = None;
    let after = Stack::with(config);
    after.pool.verify_access(tokens.access_token().unwrap()).expect("the key is the same");
    after.get_user(tokens.access_token().unwrap()).await.unwrap();
    after.renew(tokens.refresh_token().unwrap()).await.unwrap();
    after
        .sdk
        .confirm_sign_up()
        .client_id(crate::support::HEADLESS)
        .username(EMAIL)
        .confirmation_code(code)
        .send()
        .await
        .unwrap();
    after.log_in().await;
}

#[tokio::test]
async fn the_file_holds_no_password_code_or_refresh_token_and_only_its_owner_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let stack = Stack::kept_in(dir.path());
    stack.seed();
    let tokens = stack.log_in().await;
    stack.sdk.forgot_password().client_id(crate::support::HEADLESS).username(EMAIL).send().await.unwrap();
    let path = dir.path().join("user-pool.json");
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in [PASSWORD, &stack.mailed_code(), tokens.refresh_token().unwrap(), tokens.access_token().unwrap()] {
        assert!(!text.contains(&format!("\"{secret}\"")), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[tokio::test]
async fn the_file_of_another_pool_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Stack::kept_in(dir.path()));
    let other = Config { pool_id: "ap-south-1_Other".to_owned(), data_dir: Some(dir.path().to_owned()), ..config() };
    let outlets = Outlets {
        clock: Arc::new(|| jiff::Timestamp::UNIX_EPOCH),
        mail: Arc::new(drop),
        trigger: Arc::new(|_, event| Box::pin(async { Ok(event) })),
        random: Random::system(),
    };
    assert!(UserPool::open(other, outlets).is_err());
}

#[test]
fn a_seeded_account_has_the_same_sub_everywhere_and_seeding_again_changes_nothing() {
    let (one, two) = (Stack::new(), Stack::new());
    let sub = one.seed();
    assert_eq!(sub, two.seed());
    assert_eq!(sub, one.pool.seed_user("ASHA@example.com", "Someone else", "Another-horse-8", &["admin"]));
    assert_ne!(sub, one.pool.seed_user("ben@example.com", "Ben", PASSWORD, &[]));
}
